/** Finds out, before anything is started, whether its place is taken already. */
import { connect, createServer } from 'node:net';
import { codeOf, Failure } from './failure.mjs';

/**
 * @param {number} port
 * @param {string} host
 * @throws {Failure} when it cannot be listened on
 */
export async function requireFreePort(port, host) {
  const server = createServer();
  /** @type {string | undefined} */
  const code = await new Promise((resolve) => {
    server.once('error', (error) => resolve(codeOf(error) ?? error.message));
    server.listen({ port, host, exclusive: true }, () => resolve(undefined));
  });
  if (code === undefined) {
    await new Promise((closed) => server.close(closed));
    return;
  }
  if (code !== 'EADDRINUSE') throw new Failure(`cannot listen on ${host}:${port}: ${code}`);
  throw new Failure(`port ${port} is taken by another program`, {
    advice: `choose another: npm start -- --port ${port === 65_535 ? 3000 : port + 1}`,
  });
}

/**
 * @param {import('./data-directory.mjs').DataDirectory} data
 * @throws {Failure} when a worker answers there
 */
export async function requireNoOther({ path, workerSocket }) {
  if (!(await answers(workerSocket))) return;
  throw new Failure(`another dashboard is using ${path}`, {
    advice: 'stop that one, or give this one its own: npm start -- --data-dir <dir>',
  });
}

/** @param {string} socketPath */
function answers(socketPath) {
  const probe = connect(socketPath);
  return new Promise((resolve) => {
    probe.once('connect', () => resolve(true));
    probe.once('error', () => resolve(false)); // none, or left behind by one that was killed
  }).finally(() => probe.destroy());
}
