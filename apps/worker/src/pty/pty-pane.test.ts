/** What a PTY of our own can do and tmux cannot: hold a program up, and say exactly when it ended. */
import { expect, onTestFinished, test } from 'vitest';
import { Recording, shell, startPtyEngine } from '../../test/pane-fixture.ts';

/** So much the kernel and the reader keep of a program that is held up. */
const IN_FLIGHT_BYTES_MAX = 256 * 1024;

test('a program that is held up prints no more, and then all of it', async () => {
  const engine = await startPtyEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell('seq 1 400000; echo done'), seen);
  await seen.until(({ bytes }) => bytes > 50_000);
  pane.pause();
  const atPause = seen.bytes;
  // A second program on the same loop shows that time passes.
  const other = new Recording();
  await engine.launch(shell('sleep 0.3; echo other'), other);
  await other.end;
  expect(seen.bytes - atPause).toBeLessThan(IN_FLIGHT_BYTES_MAX);
  const held = seen.bytes;
  pane.resume();
  await seen.end;
  expect(seen.bytes).toBeGreaterThan(held);
  const lines = seen.text.split('\r\n');
  expect(lines.slice(-3)).toEqual(['400000', 'done', '']);
  expect(lines).toHaveLength(400_002);
});

test('the end of a program that is held up comes after its output', async () => {
  const engine = await startPtyEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell('echo start; read _; seq 1 500; exit 3'), seen);
  await seen.untilText('start');
  pane.pause();
  pane.write(Buffer.from('\n'));
  await expect.poll(() => isRunning(pane.pid)).toBe(false);
  expect(seen.text).not.toContain('500');
  pane.resume();
  expect(await seen.end).toEqual({ code: 3, signal: null });
  expect(seen.text).toMatch(/\r\n499\r\n500\r\n$/);
});

test('a program that others outlive has ended all the same, with what it printed', async () => {
  const engine = await startPtyEngine();
  const seen = new Recording();
  const script = `trap '' HUP; (sleep 5; echo late) & seq 1 5000; exit 4`;
  await engine.launch(shell(script), seen);
  expect(await seen.end).toEqual({ code: 4, signal: null });
  expect(seen.text.endsWith('\r\n5000\r\n')).toBe(true);
});

test('input that nobody reads has a limit, and is refused there', async () => {
  const engine = await startPtyEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell('stty raw -echo; echo ready; exec sleep 60'), seen);
  await seen.untilText('ready');
  const block = new Uint8Array(64 * 1024);
  expect(() => {
    for (let at = 0; at < 32; at++) pane.write(block);
  }).toThrow(expect.objectContaining({ code: 'rate_limited' }));
  expect(pane.pendingInputBytes).toBeLessThanOrEqual(1024 * 1024);
  expect(pane.pendingInputBytes).toBeGreaterThan(900 * 1024);
  pane.signal('SIGKILL');
  await seen.end;
});

test('stopping the engine hangs its programs up', async () => {
  const engine = await startPtyEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell('echo ready; exec sleep 60'), seen);
  await seen.untilText('ready');
  await engine.stop();
  await expect.poll(() => isRunning(pane.pid)).toBe(false);
});

test('a pane of an earlier worker is never found', async () => {
  const engine = await startPtyEngine();
  onTestFinished(() => engine.stop());
  expect(await engine.survivors()).toEqual([]);
  await expect(engine.adopt(shell('').id, new Recording())).rejects.toMatchObject({
    code: 'session_not_found',
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
