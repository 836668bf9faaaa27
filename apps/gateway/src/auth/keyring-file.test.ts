/** S16: keys are rotated by changing the file, and a slip in it logs nobody out. */
import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '@dashboard/runtime/logger';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, onTestFinished, test, vi } from 'vitest';
import { KEYRING_POLL_MS } from '../limits.ts';
import { KeyringFile } from './keyring-file.ts';
import { Keyring } from './keyring.ts';
import { parseMasterKeys } from './master-keys.ts';

const newKey = () => randomBytes(32).toString('base64url');

async function setUp() {
  const path = join(await temporaryDirectory(), 'jwt.keys');
  const first = `one ${newKey()}\n`;
  await writeFile(path, first, { mode: 0o600 });
  const keyring = new Keyring(parseMasterKeys(first, 'test'));
  const clock = new ManualClock();
  const log: string[] = [];
  const logger = createLogger({
    ...{ service: 'gateway', release: 'test', environment: 'test', level: 'info' },
    destination: { write: (line) => void log.push(line) },
  });
  const file = new KeyringFile({ path, keyring, clock, logger });
  await file.start();
  onTestFinished(() => file.stop());
  return { path, first, keyring, clock, log, file };
}

test('a key that is put on top signs from then on, and the old one still verifies', async () => {
  const { path, first, keyring, clock } = await setUp();
  const old = keyring.newest('access-token').key;
  await writeFile(`${path}.new`, `two ${newKey()}\n${first}`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  clock.advance(KEYRING_POLL_MS);
  await vi.waitFor(() => expect(keyring.kids).toEqual(['two', 'one']));
  expect(keyring.newest('access-token').kid).toBe('two');
  expect(keyring.find('access-token', 'one')?.equals(old)).toBe(true);
});

test.each([
  ['half written', 'two abc', 0o600],
  ['empty', '', 0o600],
  ['open to everybody', `two ${newKey()}`, 0o644],
])(
  'a file that is %s changes nothing, is reported, and shows no key',
  async (_name, text, mode) => {
    const { path, keyring, file, log } = await setUp();
    await writeFile(`${path}.new`, text, { mode });
    await rename(`${path}.new`, path);
    file.reload();
    expect(keyring.kids).toEqual(['one']);
    expect(log.join('')).toContain('signing keys not loaded');
    expect(log.join('')).not.toContain(text.split(' ')[1] ?? '\0');
  },
);

test('stopping leaves no timer', async () => {
  const { clock, file } = await setUp();
  await file.stop();
  expect(clock.pending).toBe(0);
});
