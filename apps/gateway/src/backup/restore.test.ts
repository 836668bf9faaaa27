/** A restore brings back what was there, or changes nothing; what it replaces is still there after it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GATEWAY_SCHEMA } from '@dashboard/runtime/gateway-schema';
import { openDatabase } from '@dashboard/runtime/sqlite';
import { expect, test } from 'vitest';
import {
  addUser,
  setUpBackups,
  useGateway,
  usersIn,
  type Kept,
} from '../../test/backup-fixture.ts';
import type { Manifest } from './manifest.ts';
import { restoreBackup, type RestoreOptions } from './restore.ts';

async function setUp(change: Partial<RestoreOptions> = {}) {
  const kept = await setUpBackups();
  const { made } = await kept.backups.make();
  const { databases, clock } = kept;
  const options = { databases, clock, identity: undefined, keepsLogins: false, ...change };
  const restore = () => restoreBackup({ directory: made.directory, ...options });
  return { ...kept, made, restore };
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Says what is refused, and that it left everything as it was. */
async function refusal(
  { databases, directory }: Kept,
  restore: () => Promise<unknown>,
): Promise<string> {
  const before = [digestOf(databases.gateway), digestOf(databases.sessions)];
  const said = await restore().then(
    () => 'restored',
    (error: unknown) => (error as Error).message,
  );
  expect([digestOf(databases.gateway), digestOf(databases.sessions)]).toEqual(before);
  const left = [
    await readdir(join(directory, 'gateway')),
    await readdir(join(directory, 'worker')),
  ];
  expect(left.flat().filter((name) => /restoring|replaced/.test(name))).toEqual([]);
  return said;
}

test('what was there at the backup is there again, and what came since lies beside it', async () => {
  const { databases, restore } = await setUp();
  const later = useGateway(databases.gateway);
  addUser(later, 'paul');
  later.close();
  const { places } = await restore();
  const back = useGateway(databases.gateway);
  expect(usersIn(back)).toEqual(['olivia']);
  expect(back.prepare('SELECT count(*) FROM logins').pluck().get()).toBe(0);
  const aside = places.find(({ path }) => path === databases.gateway)?.aside ?? '';
  expect(usersIn(useGateway(aside))).toEqual(['olivia', 'paul']);
});

test('logins stay where that is asked for', async () => {
  const { databases, restore } = await setUp({ keepsLogins: true });
  await restore();
  const count = useGateway(databases.gateway).prepare('SELECT count(*) FROM logins').pluck().get();
  expect(count).toBe(1);
});

test('nothing is replaced while a daemon has a database open, though it does nothing', async () => {
  const kept = await setUp();
  const gateway = useGateway(kept.databases.gateway);
  expect(await refusal(kept, kept.restore)).toContain('is in use');
  addUser(gateway, 'paul');
  expect(usersIn(gateway)).toEqual(['olivia', 'paul']);
  gateway.close();
  const { places } = await kept.restore();
  expect(places).toHaveLength(2);
});

test('a database that is damaged, or missing, is no obstacle', async () => {
  const { databases, restore } = await setUp();
  writeFileSync(databases.gateway, 'not a database, and much too short');
  const { places } = await restore();
  const aside = places.find(({ path }) => path === databases.gateway)?.aside ?? '';
  expect(readFileSync(aside, 'utf8')).toContain('much too short');
  expect(usersIn(useGateway(databases.gateway))).toEqual(['olivia']);
});

test('one bit that is wrong anywhere is noticed', async () => {
  const kept = await setUp();
  const file = join(kept.made.directory, 'gateway.db.gz');
  const good = readFileSync(file);
  for (let at = 0; at < good.length; at += Math.ceil(good.length / 40)) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 1;
    writeFileSync(file, bad);
    expect(await refusal(kept, kept.restore)).toContain('is corrupt');
  }
});

test('a part of it is none, however long', async () => {
  const kept = await setUp();
  const file = join(kept.made.directory, 'sessions.db.gz');
  for (let bytes = readFileSync(file).length - 1; bytes >= 0; bytes -= 97) {
    await truncate(file, bytes);
    expect(await refusal(kept, kept.restore)).toContain('is truncated');
  }
});

/** Writes another database into the backup, with a manifest whose digests are right. */
function forge(made: { directory: string }, database: Buffer, change: object = {}): void {
  const path = join(made.directory, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  const sealed = gzipSync(database);
  writeFileSync(join(made.directory, 'gateway.db.gz'), sealed);
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const [first, ...others] = manifest.databases;
  const forged = {
    ...{ ...first, bytes: sealed.length, sha256: digest(sealed) },
    ...{ plainBytes: database.length, plainSha256: digest(database), ...change },
  };
  writeFileSync(path, JSON.stringify({ ...manifest, databases: [forged, ...others] }));
}

test('a database of somebody else, of a newer release, or damaged inside is refused', async () => {
  const kept = await setUp();
  const make = async (name: string, sql: string): Promise<Buffer> => {
    const path = join(kept.directory, name);
    await cp(kept.databases.gateway, path);
    const database = openDatabase({ path, migrations: GATEWAY_SCHEMA });
    database.pragma('journal_mode = DELETE');
    database.exec(sql);
    database.close();
    return readFileSync(path);
  };
  forge(kept.made, await make('newer', 'PRAGMA user_version = 99'));
  expect(await refusal(kept, kept.restore)).toContain('newer release: schema 99');
  forge(kept.made, await make('foreign', 'DROP TABLE refresh_tokens'));
  expect(await refusal(kept, kept.restore)).toContain('its tables are not ours');
  forge(kept.made, await make('fewer', 'DELETE FROM users'));
  expect(await refusal(kept, kept.restore)).toContain('other rows in users');
  forge(kept.made, Buffer.from('SQLite format 3\0 and nothing else'));
  expect(await refusal(kept, kept.restore)).toContain('it is damaged');
  const torn = await make('torn', '');
  torn.fill(0xff, torn.length - 9_000, torn.length - 5_000);
  forge(kept.made, torn);
  expect(await refusal(kept, kept.restore)).toContain('it is damaged');
});

test('what unpacks to more than it says is not unpacked', async () => {
  const kept = await setUp();
  forge(kept.made, Buffer.alloc(50_000_000), { plainBytes: 4_096 });
  expect(await refusal(kept, kept.restore)).toContain('longer than its manifest says');
});

test.each([
  ['nothing', ''],
  ['another program', '{"name":"x","version":"1"}'],
  ['a newer format', JSON.stringify({ format: 2, takenAtMs: 1, release: '9', databases: [] })],
  ['too much', ' '.repeat(100_000)],
])('a manifest that says %s is none', async (_name, text) => {
  const kept = await setUp();
  writeFileSync(join(kept.made.directory, 'manifest.json'), text);
  expect(await refusal(kept, kept.restore)).toContain('manifest');
});

test('a manifest leads to no file elsewhere', async () => {
  const kept = await setUp();
  const database = gunzipSync(readFileSync(join(kept.made.directory, 'gateway.db.gz')));
  forge(kept.made, database, { file: '../../gateway/gateway.db.gz' });
  expect(await refusal(kept, kept.restore)).toContain('no manifest of a backup');
  expect(existsSync(kept.databases.gateway)).toBe(true);
});
