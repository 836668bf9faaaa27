/** ops/secrets/generate.sh: makes what is missing, once, for a group alone, and says nothing secret. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, test } from 'vitest';
import { ROOT } from './compose.ts';

const KEY = /^[0-9a-f]{64}\n$/;
const JWT_KEYS = /^(#.*\n)*[0-9a-f]{8} [\w-]{43}\n$/;

test('keys have the form that the daemons read, and are open to the group alone', async () => {
  const directory = await temporaryDirectory();
  expect(generate(directory).status).toBe(0);
  const texts = textsIn(directory);
  expect([...texts.keys()]).toEqual([
    'gateway/jwt.keys',
    'gateway/metrics.token',
    'gateway/worker.key',
    'observability/grafana.password',
    'observability/metrics.token',
    'worker/worker.key',
  ]);
  expect(texts.get('gateway/jwt.keys')).toMatch(JWT_KEYS);
  expect(texts.get('worker/worker.key')).toMatch(KEY);
  expect(texts.get('gateway/worker.key')).toBe(texts.get('worker/worker.key'));
  for (const file of texts.keys()) expect(modeOf(join(directory, file))).toBe('440');
  for (const part of readdirSync(directory)) expect(modeOf(join(directory, part))).toBe('750');
});

test('it overwrites nothing and makes what is missing', async () => {
  const directory = await temporaryDirectory();
  generate(directory);
  const before = textsIn(directory);
  expect(generate(directory)).toMatchObject({ status: 0, stdout: '' });
  rmSync(join(directory, 'gateway/worker.key'));
  rmSync(join(directory, 'observability/grafana.password'));
  expect(generate(directory).status).toBe(0);
  const after = textsIn(directory);
  expect(after.get('gateway/worker.key')).toBe(before.get('worker/worker.key'));
  expect(after.get('gateway/jwt.keys')).toBe(before.get('gateway/jwt.keys'));
  expect(after.size).toBe(before.size);
});

test('two directories get different secrets, and none is printed', async () => {
  const [one, other] = [await temporaryDirectory(), await temporaryDirectory()];
  const said = [one, other]
    .map((directory) => generate(directory))
    .map((run) => run.stdout + run.stderr);
  const words = [one, other].flatMap((directory) =>
    [...textsIn(directory).values()].flatMap(secretIn),
  );
  expect(new Set(words).size).toBe(8); // the worker's key and the token are there twice in each
  for (const word of words) expect(said.join()).not.toContain(word);
});

test('--check says all that is wrong and how to mend it, and changes nothing', async () => {
  const directory = await temporaryDirectory();
  generate(directory);
  expect(generate('--check', directory)).toMatchObject({ status: 0, stderr: '' });
  rmSync(join(directory, 'worker/worker.key'));
  chmodSync(join(directory, 'gateway/jwt.keys'), 0o444);
  rmSync(join(directory, 'gateway/worker.key'));
  writeFileSync(join(directory, 'gateway/worker.key'), '');
  const { status, stderr } = generate('--check', directory);
  expect(status).toBe(78);
  expect(stderr).toContain('gateway/worker.key is missing');
  expect(stderr).toContain('worker/worker.key is missing');
  expect(stderr).toContain('gateway/jwt.keys is open to everybody: chmod 440 it');
  expect(stderr).toContain('sudo ops/secrets/generate.sh');
  expect(readdirSync(join(directory, 'worker'))).toEqual([]);
});

/** With this account's own group: nobody else has to be root for it. */
function generate(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'ops/secrets/generate.sh'), args, {
    env: { ...process.env, SECRETS_GROUP: String(process.getgid?.()) },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function textsIn(directory: string): ReadonlyMap<string, string> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const isFile = (file: string) => statSync(join(directory, file)).isFile();
  return new Map(
    files.filter(isFile).map((file) => [file, readFileSync(join(directory, file), 'utf8')]),
  );
}

function secretIn(text: string): string[] {
  return text.match(/[\w-]{43,}/g) ?? [];
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
