/** Runs a program to ask it something, as it would run in a session, and no longer than is decent. */
import { execFile, type ExecFileException } from 'node:child_process';
import type { Environment } from '@dashboard/runtime/config';
import { PROBE_OUTPUT_BYTES_MAX, PROBE_TIMEOUT_MS } from '../limits.ts';
import { sessionEnvironment } from './environment.ts';

export interface Probed {
  readonly stdout: string;
  /** In words why it failed; null when it ended with 0. */
  readonly failure: string | null;
  /** Null when it did not run, or did not end by itself. */
  readonly exitCode: number | null;
}

export function probe(argv: readonly [string, ...string[]], own: Environment): Promise<Probed> {
  const [program, ...args] = argv;
  const options = {
    cwd: '/', // what a project's directory holds must not change the answer
    env: sessionEnvironment(own),
    timeout: PROBE_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: PROBE_OUTPUT_BYTES_MAX,
    encoding: 'utf8',
  } as const;
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout) => {
      if (error === null) resolve({ stdout, failure: null, exitCode: 0 });
      else resolve({ stdout, failure: whyFailed(error), exitCode: exitCodeOf(error) });
    });
    // One that asks a question gets no answer; one that has ended already is no failure of ours.
    child.stdin?.on('error', () => undefined).end();
  });
}

function exitCodeOf({ code }: ExecFileException): number | null {
  return typeof code === 'number' ? code : null;
}

function whyFailed(error: ExecFileException): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it prints without end';
  if (error.killed === true) return `no answer within ${PROBE_TIMEOUT_MS / 1000} s`;
  if (typeof error.code === 'number') return `exit code ${error.code}`;
  return error.code ?? error.signal ?? error.message;
}
