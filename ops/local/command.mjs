/** Runs one program of the set-up to its end and keeps the last of what it printed. */
import { spawn } from 'node:child_process';
import { Failure } from './failure.mjs';

/** The end of an output says what went wrong; more than this nobody reads. */
const OUTPUT_CHARS_MAX = 8_000;

/** A download on a slow line; beyond that something hangs. */
const COMMAND_TIMEOUT_MS = 15 * 60_000;

/**
 * @typedef {object} CommandOptions
 * @property {NodeJS.ProcessEnv} env the whole environment of the program
 * @property {string} [cwd]
 * @property {(line: string) => void} [onLine] told of each line as it is printed
 */

/**
 * @param {readonly [string, ...string[]]} argv
 * @param {CommandOptions} options
 * @returns {Promise<{ code: number, output: string }>} code 127 when there is no such program
 */
export function run([program, ...args], { env, cwd, onLine }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_TIMEOUT_MS,
    });
    let output = '';
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      const text = chunk.toString();
      output = (output + text).slice(-OUTPUT_CHARS_MAX);
      for (const line of text.split(/[\r\n]+/)) if (line.trim() !== '') onLine?.(line.trim());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * As run, for a program without which there is no going on.
 *
 * @param {readonly [string, ...string[]]} argv
 * @param {CommandOptions & { advice?: string }} options
 * @throws {Failure} with the end of its output when it does not exit with 0
 */
export async function mustRun(argv, options) {
  const { code, output } = await run(argv, options);
  if (code === 0) return output;
  throw new Failure(`${argv.join(' ')} ended with ${code}:\n${output.trim()}`, {
    advice: options.advice,
  });
}
