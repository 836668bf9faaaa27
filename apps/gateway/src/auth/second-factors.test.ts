/** S26, S16: secrets of second factors are sealed at rest and survive that keys are exchanged. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@dashboard/runtime/logger';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { Secret, TOTP } from 'otpauth';
import { expect, onTestFinished, test } from 'vitest';
import { CODE_PERIOD_MS } from '../limits.ts';
import { AuthDatabase } from './auth-database.ts';
import { Keyring } from './keyring.ts';
import { SecondFactors } from './second-factors.ts';
import { Users } from './users.ts';

const key = (kid: string) => ({ kid, bytes: randomBytes(32) });

async function startWithFactor() {
  const path = join(await temporaryDirectory(), 'gateway.db');
  const database = new AuthDatabase(path);
  await database.start();
  onTestFinished(() => database.stop());
  const clock = new ManualClock();
  const users = new Users(database, clock);
  const first = key('first');
  const keyring = new Keyring([first]);
  const log: string[] = [];
  const logger = createLogger({
    ...{ service: 'gateway', release: 'test', environment: 'test', level: 'debug' },
    destination: { write: (line) => void log.push(line) },
  });
  const factors = new SecondFactors({ database, keyring, clock, logger });
  const user = users.addFirstOwner({ name: 'olivia', passwordHash: 'x' });
  const { secret } = factors.offer(user.id, user.name);
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  const code = (periods = 0) =>
    app.generate({ timestamp: clock.nowMs() + periods * CODE_PERIOD_MS });
  const recoveryCodes = factors.confirm(user.id, code());
  clock.advance(10 * CODE_PERIOD_MS);
  return { path, database, users, first, keyring, factors, user, secret, code, recoveryCodes, log };
}

test('S26: neither the secret nor a recovery code is in the file', async () => {
  const { path, secret, recoveryCodes, database } = await startWithFactor();
  await database.stop();
  const file = readFileSync(path);
  expect(file.includes(Buffer.from(Secret.fromBase32(secret).bytes))).toBe(false);
  expect(file.includes(secret)).toBe(false);
  expect(file.includes(recoveryCodes[0]?.replaceAll('-', '') ?? '')).toBe(false);
});

test('S16: it is sealed anew when another key signs, and then needs the old one no more', async () => {
  const { keyring, first, factors, user, code } = await startWithFactor();
  const second = key('second');
  keyring.replace([second, first]);
  factors.sealAnew();
  keyring.replace([second]);
  factors.sealAnew();
  expect(factors.use(user.id, code())).toBe(true);
});

test('S16: when all keys were replaced at once it is lost, said in the log, and recovery codes still work', async () => {
  const { keyring, factors, user, code, recoveryCodes, log } = await startWithFactor();
  keyring.replace([key('other')]);
  factors.sealAnew();
  expect(log.join('')).toContain('second_factors_lost');
  expect(factors.isOn(user.id)).toBe(true);
  expect(factors.use(user.id, code())).toBe(false);
  expect(factors.use(user.id, recoveryCodes[0] ?? '')).toBe(true);
});

test('S26: a sealed secret is worth nothing in the row of somebody else', async () => {
  const { database, users, factors, user, code } = await startWithFactor();
  const otto = users.add({ name: 'otto', role: 'observer', passwordHash: 'x' });
  database
    .prepare<[string, string]>(
      `INSERT INTO second_factors (user_id, kid, sealed, confirmed_at_ms)
       SELECT ?, kid, sealed, 1 FROM second_factors WHERE user_id = ?`,
    )
    .run(otto.id, user.id);
  expect(factors.use(otto.id, code())).toBe(false);
});

test.each([
  [-2, false],
  [-1, true],
  [0, true],
  [1, true],
  [2, false],
])('S26: a code of %i periods from now counts: %s', async (periods, isRight) => {
  const { factors, user, code } = await startWithFactor();
  expect(factors.use(user.id, code(periods))).toBe(isRight);
});

test('S26: an older code is worth nothing once a newer one was used', async () => {
  const { factors, user, code } = await startWithFactor();
  expect(factors.use(user.id, code(1))).toBe(true);
  expect(factors.use(user.id, code(0))).toBe(false);
});
