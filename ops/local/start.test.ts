/** `npm start` as a person runs it, toolchain and page being there: it serves, and Ctrl-C ends it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';

const START_TIMEOUT_MS = 60_000;
const TEST_TIMEOUT_MS = 90_000;

test(
  'it prints a setup link, serves the page, and Ctrl-C leaves nothing running',
  async () => {
    const directory = await temporaryDirectory();
    const projects = join(directory, 'projects');
    await mkdir(projects);
    const port = await freePort();
    const options = ['--port', String(port), '--data-dir', join(directory, 'data')];
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'start.mjs'), ...options, '--projects', projects],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (printed += String(chunk)));
    }
    const url = `http://127.0.0.1:${port}`;
    const hasStarted = (): boolean => printed.includes(`${url}/setup#token=`);
    await until(hasStarted, { what: 'a setup link is printed', timeoutMs: START_TIMEOUT_MS });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(url, { headers: { accept: 'text/html' } })).text()).toContain(
      '<html',
    );

    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code, printed).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  },
  TEST_TIMEOUT_MS,
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
