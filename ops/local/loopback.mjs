/**
 * Runs a program in a network namespace that has nothing but loopback, so that a mistake in a test
 * cannot reach anybody: `node loopback.mjs PROGRAM [ARGUMENT]…`. Needs root or user namespaces;
 * where neither is allowed it says so and runs the program as it is.
 */
import { spawn, spawnSync } from 'node:child_process';

/** As root, and as anybody where user namespaces are allowed. */
const WAYS = [
  ['unshare', '-n'],
  ['unshare', '-r', '-n'],
];
/** In a new namespace loopback is down. */
const UP = 'ip link set lo up';
const UP_AND_RUN = 'ip link set lo up && exec "$@"';
/** Tells the tests that they may insist on it. */
const MARK = 'DASHBOARD_LOOPBACK_ONLY=1';

const argv = process.argv.slice(2);
const way = WAYS.find(([unshare = '', ...args]) => {
  return spawnSync(unshare, [...args, 'sh', '-c', UP], { stdio: 'ignore' }).status === 0;
});
if (way === undefined) {
  process.stdout.write(
    '!! not kept from the network: neither root nor user namespaces, or no ip\n',
  );
}
const [program = '', ...args] =
  way === undefined ? argv : [...way, 'sh', '-c', UP_AND_RUN, 'sh', 'env', MARK, ...argv];
const child = spawn(program, args, { stdio: 'inherit' });
child.once('error', (error) => {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 127;
});
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
