/** Asks modules of other packages what they export, in a process of its own: tidy imports nobody. */
import { execFileSync } from 'node:child_process';
import { ROOT } from './tree.ts';

const TIMEOUT_MS = 20_000;

/**
 * Runs `code` as a module in the root of the repository, where `import('./apps/…')` finds a file.
 * @param input is `input` in the code @returns what the code gives to `answer()`, as JSON carries it
 */
export function evaluate(code: string, input: unknown): unknown {
  const program = [
    'const input = JSON.parse(process.argv[1]);',
    'const answer = (result) => process.stdout.write(JSON.stringify(result));',
    code,
  ].join('\n');
  const argv = ['--input-type=module', '--eval', program, JSON.stringify(input)];
  const output = execFileSync(process.execPath, argv, {
    cwd: ROOT,
    timeout: TIMEOUT_MS,
    encoding: 'utf8',
  });
  const result: unknown = JSON.parse(output);
  return result;
}

/** Exports of each file that JSON can carry: numbers, texts, lists and tables of them. */
export function exportsOf(paths: readonly string[]): Readonly<Record<string, Exports>> {
  const code = `
    const found = {};
    for (const path of input) found[path] = { ...(await import('./' + path)) };
    answer(found);`;
  return evaluate(code, paths) as Readonly<Record<string, Exports>>; // made two lines above
}

export type Exports = Readonly<Record<string, unknown>>;
