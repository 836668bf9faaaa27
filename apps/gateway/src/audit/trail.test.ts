/** S55: records are chained and sealed; who changes, removes, swaps, cuts or puts back an old one is found. */
import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@dashboard/runtime/clock';
import { GATEWAY_SCHEMA } from '@dashboard/runtime/gateway-schema';
import { createLogger } from '@dashboard/runtime/logger';
import { openDatabase, type Database } from '@dashboard/runtime/sqlite';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Keyring } from '../auth/index.ts';
import { hashOf, NO_HASH, sign } from './chain.ts';
import { KEPT_MS, WAITING_RECORDS_MAX } from './limits.ts';
import { linesOf, pageOf } from './read.ts';
import { AuditTrail } from './trail.ts';
import { verifyTrail } from './verify.ts';

const masterKey = (kid: string) => ({ kid, bytes: randomBytes(32) });

async function startTrail() {
  const path = join(await temporaryDirectory(), 'gateway.db');
  const clock = new ManualClock();
  const keys = masterKey('one');
  const keyring = new Keyring([keys]);
  const database = openDatabase({ path, migrations: GATEWAY_SCHEMA });
  onTestFinished(() => void database.close());
  const log: string[] = [];
  const logger = createLogger({
    ...{ service: 'gateway', release: 'test', environment: 'test', level: 'info' },
    destination: { write: (line) => void log.push(line) },
  });
  const open = async (ring = keyring): Promise<AuditTrail> => {
    const trail = new AuditTrail({ path, keyring: ring, clock, logger });
    await trail.start();
    onTestFinished(async () => await trail.stop());
    return trail;
  };
  const trail = await open();
  const flaw = async (ring = keyring) => (await verifyTrail({ path, keyring: ring, clock })).flaw;
  return { path, clock, keys, keyring, database, log, open, trail, flaw };
}

function write(trail: AuditTrail, count: number): void {
  for (let each = 0; each < count; each++) {
    trail.add({ event: 'session_ended', person: 'olivia', session: `s${each}` });
  }
  trail.flush();
}

/** As somebody who can write the file would. */
function tamper(database: Database, sql: string): void {
  database.exec(
    'DROP TRIGGER IF EXISTS audit_records_never_change; DROP TRIGGER IF EXISTS audit_records_stay',
  );
  database.exec(sql);
}

test('what is added is written a moment later, in order, and proven', async () => {
  const { trail, clock, path, flaw } = await startTrail();
  trail.add({ event: 'logged_out', person: 'olivia', loginId: 'l' });
  expect(pageOf(path, {}).records).toHaveLength(2);
  clock.advance(200);
  expect(pageOf(path, {}).records[0]).toMatchObject({
    ...{ number: 3, event: 'logged_out', person: 'olivia', loginId: 'l' },
    at: new Date(clock.nowMs() - 200).toISOString(),
  });
  expect(await flaw()).toBeNull();
});

describe('it is found that', () => {
  test.each([
    [
      'a record was changed',
      `UPDATE audit_records SET record = replace(record, 's1', 's9') WHERE number = 4`,
      { code: 'changed', number: 4 },
    ],
    [
      'a record was removed',
      'DELETE FROM audit_records WHERE number = 5',
      { code: 'gap', number: 5 },
    ],
    [
      'the first record was removed',
      'DELETE FROM audit_records WHERE number = 1',
      { code: 'gap', number: 1 },
    ],
    [
      'the end was cut off',
      'DELETE FROM audit_records WHERE number > 8',
      { code: 'cut', number: 12 },
    ],
    [
      'two records were swapped',
      `UPDATE audit_records SET number = -1 WHERE number = 4;
       UPDATE audit_records SET number = 4 WHERE number = 5;
       UPDATE audit_records SET number = 5 WHERE number = -1`,
      { code: 'changed', number: 4 },
    ],
    [
      'a cut end was covered by another seal',
      `DELETE FROM audit_records WHERE number > 8;
       UPDATE audit_seal SET last_number = 8,
         last_hash = (SELECT hash FROM audit_records WHERE number = 8)`,
      { code: 'forged', number: null },
    ],
    ['the seal was removed', 'DELETE FROM audit_seal', { code: 'unsealed', number: null }],
    [
      'a record is something else',
      `UPDATE audit_records SET record = '[]' WHERE number = 6`,
      { code: 'changed', number: 6 },
    ],
  ])('%s', async (_what, sql, expected) => {
    const { trail, database, flaw } = await startTrail();
    write(trail, 10);
    expect(await flaw()).toBeNull();
    tamper(database, sql);
    expect(await flaw()).toEqual(expected);
  });

  test('all was hashed anew from the changed record on, without the key', async () => {
    const { trail, database, flaw } = await startTrail();
    write(trail, 10);
    tamper(
      database,
      `UPDATE audit_records SET record = replace(record, 's1', 's9') WHERE number = 4`,
    );
    let before: Buffer = NO_HASH;
    const rows = database
      .prepare<[], { number: number; record: string }>(
        'SELECT number, record FROM audit_records ORDER BY number',
      )
      .all();
    for (const { number, record } of rows) {
      before = hashOf(before, record);
      database
        .prepare<[Buffer, number]>('UPDATE audit_records SET hash = ? WHERE number = ?')
        .run(before, number);
    }
    expect(await flaw()).toEqual({ code: 'cut', number: 12 });
    const seal = { firstNumber: 1, hashBeforeFirst: NO_HASH, lastNumber: 12 };
    const foreign = new Keyring([masterKey('one')]).newest('audit');
    const { mac } = sign({ ...seal, lastHash: before }, foreign);
    database
      .prepare<[Buffer, Buffer]>('UPDATE audit_seal SET last_hash = ?, mac = ?')
      .run(before, mac);
    expect(await flaw()).toEqual({ code: 'forged', number: null });
    // The gateway goes on, and cannot be made to sign what it has not written.
    write(trail, 1);
    expect(await flaw()).toEqual({ code: 'noted', number: 13 });
  });

  test.each([
    ['cut', 'DELETE FROM audit_records WHERE number > 8'],
    ['emptied', 'DELETE FROM audit_records; DELETE FROM audit_seal'],
  ])(
    'the trail was %s while the gateway ran, and numbers are not given twice',
    async (_how, sql) => {
      const { trail, database, path, flaw } = await startTrail();
      write(trail, 10);
      tamper(database, sql);
      write(trail, 1);
      expect(pageOf(path, { event: 'chain_found_broken' }).records[0]).toMatchObject({
        ...{ number: 13, flaw: 'cut' },
      });
      expect(await flaw()).not.toBeNull();
    },
  );

  test('an older copy was put back: what was kept of the head elsewhere is not in it', async () => {
    const { trail, database, path, clock, keyring, log } = await startTrail();
    write(trail, 5);
    database.pragma('wal_checkpoint(TRUNCATE)');
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    write(trail, 5);
    await trail.stop();
    const told = log.map((line): Record<string, unknown> => JSON.parse(line));
    const { number, hash } = told.find(({ msg }) => msg === 'the audit trail ends here') ?? {};
    const contains = [{ number: Number(number), hash: String(hash) }];
    expect((await verifyTrail({ path, keyring, clock, contains })).flaw).toBeNull();
    // By itself it is a chain that was whole once: nothing in it says that there was more.
    expect((await verifyTrail({ path: copy, keyring, clock })).flaw).toBeNull();
    expect((await verifyTrail({ path: copy, keyring, clock, contains })).flaw).toEqual({
      ...{ code: 'not_contained', number: 12 },
    });
  });
});

describe('keys', () => {
  test('may be exchanged: the seal is made anew while the old one is known', async () => {
    const { trail, keyring, keys, flaw } = await startTrail();
    write(trail, 3);
    const next = masterKey('two');
    keyring.replace([next, keys]);
    expect(await flaw()).toBeNull();
    expect(await flaw(new Keyring([next]))).toBeNull();
    expect(await flaw(new Keyring([keys]))).toEqual({ code: 'unknown_key', number: null });
  });

  test('that are all lost leave a chain that says so, and what follows is proven', async () => {
    const { trail, open, path, flaw } = await startTrail();
    write(trail, 3);
    await trail.stop();
    const ring = new Keyring([masterKey('other')]);
    const after = await open(ring);
    write(after, 1);
    const [noted] = pageOf(path, { event: 'chain_found_broken' }).records;
    expect(noted).toMatchObject({ flaw: 'unknown_key' });
    expect(await flaw(ring)).toEqual({ code: 'noted', number: noted?.number });
  });
});

test('what is too old is forgotten, and the rest is still proven', async () => {
  const { trail, clock, path, flaw } = await startTrail();
  write(trail, 10);
  clock.jumpWallTime(KEPT_MS + 1);
  write(trail, 3);
  trail.forget();
  const { records } = pageOf(path, {});
  expect(records.map(({ number }) => number)).toEqual([16, 15, 14, 13]);
  expect(records[0]).toMatchObject({ event: 'records_forgotten', through: 12 });
  expect(await flaw()).toBeNull();
});

test('nothing is forgotten of a chain that does not hold', async () => {
  const { trail, clock, database, path } = await startTrail();
  write(trail, 10);
  tamper(database, 'UPDATE audit_seal SET first_number = 2');
  clock.jumpWallTime(KEPT_MS + 1);
  trail.forget();
  expect(pageOf(path, {}).records).toHaveLength(12);
});

test('the database itself lets no record be changed or removed by mistake', async () => {
  const { trail, database } = await startTrail();
  write(trail, 3);
  expect(() => database.exec('UPDATE audit_records SET record = record')).toThrow('never change');
  expect(() => database.exec('DELETE FROM audit_records')).toThrow('is forgotten');
});

test('while somebody holds the database records wait, nobody waits for them, and none is lost', async () => {
  const { trail, database, clock, path, keyring, log } = await startTrail();
  database.exec('BEGIN IMMEDIATE');
  for (let each = 0; each < WAITING_RECORDS_MAX + 5; each++) trail.add({ event: 'logged_out' });
  clock.advance(200);
  clock.advance(1_000);
  expect(log.filter((line) => line.includes('it waits'))).toHaveLength(1);
  database.exec('COMMIT');
  clock.advance(1_000);
  trail.flush();
  // What was one too many is counted.
  expect(pageOf(path, { event: 'records_lost' }).records).toMatchObject([{ count: 5 }]);
  const { head, flaw } = await verifyTrail({ path, keyring, clock: systemClock });
  expect([head?.number, flaw]).toEqual([WAITING_RECORDS_MAX + 3, null]);
});

test('two gateways write one chain', async () => {
  const { trail, open, flaw, path } = await startTrail();
  const other = await open();
  for (const each of [trail, other, trail, other]) write(each, 2);
  expect(pageOf(path, {}).records[0]?.number).toBe(11);
  expect(await flaw()).toBeNull();
});

test('pages go on where the one before ended, filtered, and what is exported can be hashed again', async () => {
  const { trail, path } = await startTrail();
  write(trail, 150);
  trail.add({ event: 'logged_out', person: 'otto' });
  trail.flush();
  const first = pageOf(path, { person: 'olivia' });
  expect(first.records).toHaveLength(100);
  const rest = pageOf(path, { person: 'olivia', before: first.next ?? '' });
  expect(rest.records.at(-1)).toMatchObject({ session: 's0' });
  expect([rest.records.length, rest.next]).toEqual([50, null]);
  expect(pageOf(path, { event: 'logged_out' }).records).toMatchObject([{ person: 'otto' }]);
  expect(pageOf(path, { from: '2999-01-01T00:00:00.000Z' }).records).toEqual([]);
  expect(pageOf(path, { until: '2000-01-01T00:00:00.000Z' }).records).toEqual([]);
  let hash: Buffer = NO_HASH;
  for await (const lines of linesOf(path)) {
    for (const line of lines.trimEnd().split('\n')) {
      const exported: { hash: string; record: string } = JSON.parse(line);
      hash = hashOf(hash, exported.record);
      expect(hash.toString('hex')).toBe(exported.hash);
    }
  }
});
