/** A disk that takes no more, played by the largest file that a process may write (RLIMIT_FSIZE). */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, onTestFinished, test } from 'vitest';

/** In units of 512 bytes: the empty database fits, a screen of half a megabyte does not. */
const FILE_BLOCKS_MAX = 400;

/** Says what happened to each attempt; the second waits for a line. */
const CHILD = `
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
const { SessionStore } = await import(process.argv[1]);
const store = new SessionStore({ path: process.argv[2], onUnreadable: console.log });
await store.start();
const id = '01JD00000000000000000000AB';
const record = {
  id, name: 'work', profile: 'shell', engine: 'pty', directory: '/', phase: 'running',
  createdAtMs: 1, createdBy: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', endedAtMs: null,
  exitCode: null, exitSignal: null, size: { cols: 80, rows: 24 }, conversation: null,
  permissionMode: null, model: null, branch: null,
};
store.put(record);
const screen = { offset: 0, size: record.size, scrollbackLines: 0, bytes: randomBytes(500_000) };
const attempt = () => {
  try {
    store.putScreen(id, screen);
    return 'kept';
  } catch (error) {
    return error.code;
  }
};
console.log(attempt(), store.all().length, store.screen(id) === undefined);
for await (const _ of createInterface(process.stdin)) {
  console.log(attempt(), store.all().length, screen.bytes.equals(store.screen(id).bytes));
}
await store.stop();
`;

test('a full disk is a storage failure; what was kept stays, and it recovers by itself', async () => {
  const path = join(await temporaryDirectory(), 'sessions.db');
  const module = new URL('./session-store.ts', import.meta.url).href;
  const node = [process.execPath, '--input-type=module', '-e', CHILD, module, path];
  const limited = `ulimit -S -f ${FILE_BLOCKS_MAX}; exec "$@"`;
  const child = spawn('/bin/sh', ['-c', limited, 'sh', ...node], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();

  expect((await lines.next()).value).toBe('storage_failed 1 true');
  await promisify(execFile)('prlimit', [`--pid=${String(child.pid)}`, '--fsize=unlimited']);
  child.stdin.end('again\n');
  expect((await lines.next()).value).toBe('kept 1 true');
  expect(await ended).toEqual([0, null]);
});
