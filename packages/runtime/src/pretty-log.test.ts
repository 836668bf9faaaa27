/** Who gets lines as text, and that everybody else does not even load what makes it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** In a process of its own, since a test has loaded whatever other tests have. */
async function loadedFor(environment: string, isTerminal: boolean): Promise<string> {
  const place = JSON.stringify({ environment, isTerminal });
  const text = String.raw`
    import { registerHooks } from 'node:module';
    let isLoaded = false;
    registerHooks({ resolve: (name, context, next) => {
      isLoaded ||= name === 'pino-pretty';
      return next(name, context);
    } });
    const { logDestination } = await import('${import.meta.dirname}/pretty-log.ts');
    const destination = await logDestination(${place});
    console.log(isLoaded, destination !== undefined);
    destination?.write('{"level":"info","time":1,"msg":"a\\u001b[2Jb"}\n');
  `;
  return (await run(process.execPath, ['--input-type=module', '--eval', text])).stdout;
}

test('a developer at a terminal reads text, in which a message cannot act', async () => {
  const text = await loadedFor('development', true);
  expect(text).toMatch(/^true true\n/);
  expect(text).toContain('a\\u001b[2Jb');
});

test.each([
  ['development', false],
  ['production', true],
  ['production', false],
] as const)('in %s, at a terminal: %s, lines stay JSON', async (environment, isTerminal) => {
  expect(await loadedFor(environment, isTerminal)).toBe('false false\n');
});
