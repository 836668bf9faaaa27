/** What a worker remembers, on a real database. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { makeSessionId, type SessionId } from '@dashboard/protocol/ids';
import { SNAPSHOT_BYTES_MAX } from '@dashboard/protocol/limits';
import { SessionRecord } from '@dashboard/protocol/sessions';
import { openDatabase, type Database } from '@dashboard/runtime/sqlite';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Snapshot } from '../session/ports.ts';
import { SESSIONS_SCHEMA } from '@dashboard/runtime/sessions-schema';
import { fromSessionRow, toSessionRow } from './rows.ts';
import { SessionStore, type SessionStoreOptions } from './session-store.ts';

interface Open {
  readonly store: SessionStore;
  readonly path: string;
  readonly unreadable: string[];
}

async function openStore(more: Partial<SessionStoreOptions> = {}): Promise<Open> {
  const path = more.path ?? join(await temporaryDirectory(), 'data', 'sessions.db');
  const unreadable: string[] = [];
  const onUnreadable = (id: string, why: string): void => void unreadable.push(`${id}: ${why}`);
  const store = new SessionStore({ onUnreadable, ...more, path });
  await store.start();
  onTestFinished(() => store.stop());
  return { store, path, unreadable };
}

function raw(path: string): Database {
  const database = new BetterSqlite3(path);
  onTestFinished(() => void database.close());
  return database;
}

function idAt(nowMs: number): SessionId {
  return makeSessionId(nowMs, new Uint8Array(16));
}

function recordAt(nowMs: number, change: Partial<SessionRecord> = {}): SessionRecord {
  const record: SessionRecord = {
    id: idAt(nowMs),
    name: "Zoë's 🎉 '; DROP TABLE sessions; --",
    profile: 'claude',
    engine: 'tmux',
    directory: '/projects/#(x)',
    phase: 'running',
    createdAtMs: nowMs,
    createdBy: '6ba7b810-9dad-41d1-80b4-00c04fd430c8' as SessionRecord['createdBy'],
    endedAtMs: null,
    exitCode: null,
    exitSignal: null,
    size: { cols: 120, rows: 32 },
    conversation: '11111111-1111-4111-8111-111111111111',
    permissionMode: 'plan',
    model: 'opus',
    branch: 'fix/login',
    ...change,
  };
  return Value.Parse(SessionRecord, record);
}

function endedAt(nowMs: number, endedAtMs: number): SessionRecord {
  return recordAt(nowMs, { phase: 'exited', endedAtMs, exitCode: 0 });
}

function snapshotOf(bytes: Uint8Array): Snapshot {
  return { offset: 2 ** 40, size: { cols: 80, rows: 24 }, scrollbackLines: 3, bytes };
}

describe('records', () => {
  test('come back as they were put, the oldest first, also after a restart', async () => {
    const { store, path } = await openStore();
    const records = [recordAt(2), endedAt(1, 5), recordAt(3, { phase: 'lost', endedAtMs: 9 })];
    for (const record of records) store.put(record);
    const inOrder = [records[1], records[0], records[2]];
    expect(store.all()).toEqual(inOrder);

    await store.stop();
    const again = await openStore({ path });
    expect(again.store.all()).toEqual(inOrder);
    expect(again.unreadable).toEqual([]);
  });

  test('are replaced by a put and gone after a remove, screen and all', async () => {
    const { store } = await openStore();
    const record = recordAt(1);
    store.put(record);
    store.putScreen(record.id, snapshotOf(Buffer.from('screen')));
    store.put({ ...record, name: 'renamed' });
    expect(store.all()).toEqual([{ ...record, name: 'renamed' }]);
    expect(store.screen(record.id)).toBeDefined();

    store.remove(record.id);
    store.remove(record.id);
    expect(store.all()).toEqual([]);
    expect(store.screen(record.id)).toBeUndefined();
  });

  test('survive the way into a row and back', () => {
    const nullable = fc.option(fc.nat());
    fc.assert(
      fc.property(fc.nat(), nullable, nullable, (nowMs, endedAtMs, exitCode) => {
        const record = recordAt(nowMs, { endedAtMs, exitCode });
        expect(fromSessionRow(toSessionRow(record))).toEqual(record);
      }),
    );
  });
});

describe('a row that cannot be read', () => {
  test.each([
    ["phase = 'flying'", /phase/],
    ["name = 'a' || char(27) || 'b'", /name/],
    ["id = '../../etc/passwd'", /id/],
    ['cols = 0', /cols/],
    ['created_at_ms = -1', /created_at_ms/],
  ])('because of %s is reported and left out, and others are not', async (change, why) => {
    const { store, path, unreadable } = await openStore();
    store.put(recordAt(1));
    store.put(recordAt(2));
    raw(path).exec(`UPDATE sessions SET ${change} WHERE created_at_ms = 1`);
    expect(store.all()).toEqual([recordAt(2)]);
    expect(unreadable).toEqual([expect.stringMatching(why)]);
    expect(unreadable[0]).not.toContain('\u001b');
  });

  test.each(["x'00'", 'substr(deflated, 1, 20)', "x''", 'deflated || deflated'])(
    'because its screen is %s gives no screen',
    async (bytes) => {
      const { store, path, unreadable } = await openStore();
      const { id } = recordAt(1);
      store.put(recordAt(1));
      store.putScreen(id, snapshotOf(randomBytes(1000)));
      raw(path).exec(`UPDATE screens SET deflated = CAST(${bytes} AS BLOB)`);
      const screen = store.screen(id);
      // zlib ends where its stream ends and does not look at what follows.
      if (bytes.includes('||')) return expect(screen?.bytes).toHaveLength(1000);
      expect(screen).toBeUndefined();
      expect(unreadable).toEqual([expect.stringContaining('does not inflate')]);
    },
  );
});

describe('screens', () => {
  test('come back byte for byte after a restart, the largest too', async () => {
    const { store, path } = await openStore();
    const snapshots = [Buffer.of(), Buffer.from('\u001b[31mred'), randomBytes(SNAPSHOT_BYTES_MAX)];
    snapshots.forEach((bytes, at) => {
      store.put(recordAt(at));
      store.putScreen(idAt(at), snapshotOf(bytes));
    });
    await store.stop();
    const again = await openStore({ path });
    snapshots.forEach((bytes, at) => {
      const screen = again.store.screen(idAt(at));
      expect(screen).toMatchObject({ ...snapshotOf(bytes), bytes: expect.anything() });
      expect(bytes.equals(screen?.bytes ?? Buffer.of(0))).toBe(true);
    });
  });

  test('over the limit are refused, and so are those of unknown sessions', async () => {
    const { store } = await openStore();
    store.put(recordAt(1));
    const tooLarge = snapshotOf(new Uint8Array(SNAPSHOT_BYTES_MAX + 1));
    expect(() => store.putScreen(idAt(1), tooLarge)).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    );
    expect(() => store.putScreen(idAt(2), snapshotOf(Buffer.of(1)))).toThrow('FOREIGN KEY');
    expect(store.screen(idAt(2))).toBeUndefined();
  });

  test('have a limit all together; those that were kept first go first', async () => {
    const { store } = await openStore({ screensBytesMax: 25_000 });
    for (const at of [1, 2, 3]) store.put(recordAt(at));
    for (const at of [1, 2, 1, 3]) store.putScreen(idAt(at), snapshotOf(randomBytes(10_000)));
    expect([1, 2, 3].map((at) => store.screen(idAt(at)) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
    expect(store.all()).toHaveLength(3);
  });

  test('that were tampered with cannot inflate to more than a screen', async () => {
    const { store, path, unreadable } = await openStore();
    store.put(recordAt(1));
    store.putScreen(idAt(1), snapshotOf(Buffer.of()));
    const bomb = deflateSync(new Uint8Array(SNAPSHOT_BYTES_MAX + 1));
    raw(path).prepare('UPDATE screens SET deflated = ?').run(bomb);
    expect(store.screen(idAt(1))).toBeUndefined();
    expect(unreadable).toHaveLength(1);
  });
});

describe('a database', () => {
  test('that another process holds is a storage failure that says so, and works again after', async () => {
    const { store, path } = await openStore();
    const other = raw(path);
    other.exec('BEGIN IMMEDIATE');
    expect(() => store.put(recordAt(1))).toThrow(
      expect.objectContaining({
        code: 'storage_failed',
        message: 'cannot keep the session: another process holds the database',
        hint: expect.stringContaining(path),
      }),
    );
    expect(store.all()).toEqual([]); // readers are not held up
    other.exec('ROLLBACK');
    store.put(recordAt(1));
    expect(store.all()).toHaveLength(1);
  });

  test('of a newer release, or that is none, is refused in words', async () => {
    const directory = await temporaryDirectory();
    const newer = join(directory, 'newer.db');
    openDatabase({ path: newer, migrations: SESSIONS_SCHEMA }).pragma('application_id = 99');
    await expect(openStore({ path: newer })).rejects.toThrow(/newer release/);
    const none = join(directory, 'none.db');
    await writeFile(none, 'x'.repeat(5000));
    await expect(openStore({ path: none })).rejects.toThrow(/restore the newest backup/);
    await expect(openStore({ path: directory })).rejects.toThrow(directory);
  });

  test('is closed by a stop, which may come twice, and opened once', async () => {
    const { store, path } = await openStore();
    await expect(store.start()).rejects.toThrow(/stay open/);
    store.put(recordAt(0));
    expect(existsSync(`${path}-wal`)).toBe(true);
    await store.stop();
    await store.stop();
    // Whoever closes a database last folds its write-ahead log into it.
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(() => store.put(recordAt(1))).toThrow(/not open/);
    await store.start();
    store.put(recordAt(1));
  });
});
