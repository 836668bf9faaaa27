/** Starts programs that run until the test is over, on ports that nobody has. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { AtEnd } from '@dashboard/testkit/at-end';

const STOP_TIMEOUT_MS = 10_000;

export function startProgram(
  [program, ...args]: readonly [string, ...string[]],
  atEnd: AtEnd,
): void {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  let isWanted = true;
  child.once('exit', (code) => {
    if (isWanted) throw new Error(`${program} ended with ${code}: ${said.join('')}`);
  });
  atEnd(async () => {
    isWanted = false;
    if (child.exitCode !== null) return;
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    child.kill('SIGKILL');
    await exited;
  });
}

/** Free a moment ago: both programs want a number, and 0 would leave us to guess which it became. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // of TCP
  server.close();
  await once(server, 'close');
  return port;
}
