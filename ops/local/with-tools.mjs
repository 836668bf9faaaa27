/** `node ops/local/with-tools.mjs pnpm …`: makes the machine ready, and runs a command with our own Node and pnpm. */
import { spawn } from 'node:child_process';
import { Failure } from './failure.mjs';
import { ROOT } from './places.mjs';
import { makeReady } from './ready.mjs';
import { Steps } from './steps.mjs';

const [program, ...args] = process.argv.slice(2);
try {
  if (program === undefined) throw new Failure('which command?');
  const { toolchain } = await makeReady(new Steps(process.stderr), {
    env: process.env,
    use: 'test',
  });
  const child = spawn(program, args, { cwd: ROOT, env: toolchain.env, stdio: 'inherit' });
  process.exitCode = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n${error.advice ? `→ ${error.advice}\n` : ''}`);
  process.exitCode = error.exitCode;
}
