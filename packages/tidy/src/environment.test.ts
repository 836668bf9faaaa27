/** Variables of the daemons and of backups: each is in .env.example and in docs/OPERATIONS.md, and says the truth. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { rowsUnder } from './markdown.ts';
import { ROOT } from './tree.ts';

const DAEMONS = [
  { daemon: 'gateway', file: 'apps/gateway/src/config.ts', parse: 'parseGatewayConfig' },
  { daemon: 'worker', file: 'apps/worker/src/config.ts', parse: 'parseWorkerConfig' },
  { daemon: 'backup', file: 'apps/gateway/src/cli/config.ts', parse: 'parseBackupConfig' },
];
type Daemon = (typeof DAEMONS)[number];
type Environment = Readonly<Record<string, string>>;

/** A key of the schema, and a variable that is read past it. */
const NAMES = [/^ {2}([A-Z][A-Z0-9_]*): (?:Type\.|[A-Z])/gm, /\benv(?:\[|, )'([A-Z][A-Z0-9_]*)'/g];

const example = readExample(read('.env.example'));
const documented = rowsUnder(read('docs/OPERATIONS.md'), ['Variable', 'Read by', 'Default']);

test.each(DAEMONS)('the $daemon reads what .env.example names for it', ({ daemon, file }) => {
  const known = namesIn(read(file));
  expect(known).toContain('LOG_LEVEL');
  const listed = documented
    .filter(({ cells: [, readBy = ''] }) => readersIn(readBy).includes(daemon))
    .map(({ cells: [name = ''] }) => name);
  expect(listed.sort()).toEqual(known);
  expect(known.filter((name) => !example.has(name))).toEqual([]);
});

test('.env.example names nothing that no daemon reads', () => {
  const known = new Set(DAEMONS.flatMap(({ file }) => namesIn(read(file))));
  expect([...example.keys()].filter((name) => !known.has(name))).toEqual([]);
});

test('both documents state the same defaults', () => {
  const differing = documented
    .filter(({ cells: [name = ''] }) => example.get(name)?.isRequired === false)
    .filter(({ cells: [name = '', , value = ''] }) => {
      const stated = example.get(name)?.value ?? '';
      return stated !== '' && !stated.startsWith('/') && stated !== value;
    });
  expect(differing).toEqual([]);
});

test.each(DAEMONS)('what is commented out there is the default of the $daemon', (daemon) => {
  const files = keyFiles();
  const all = Object.fromEntries([...example].map(([name, { value }]) => [name, value]));
  const required = Object.entries(all).filter(([name]) => example.get(name)?.isRequired);
  const [stated, unstated] = configure(daemon, [
    { ...all, ...files },
    { ...Object.fromEntries(required), ...files },
  ]);
  expect(stated).not.toHaveProperty('problems');
  expect(stated).toEqual(unstated);
});

test.each(DAEMONS)('the $daemon holds to the bounds that are stated there', (daemon) => {
  const known = new Set(namesIn(read(daemon.file)));
  const cases = [...example]
    .filter(([name]) => known.has(name))
    .flatMap(([name, { least, most }]) =>
      least === undefined || most === undefined
        ? []
        : [
            { name, value: least, isAllowed: true },
            { name, value: most, isAllowed: true },
            { name, value: least - 1, isAllowed: false },
            { name, value: most + 1, isAllowed: false },
          ],
    );
  expect(cases.length).toBeGreaterThan(0);
  const files = keyFiles();
  const all = Object.fromEntries([...example].map(([entry, { value }]) => [entry, value]));
  const results = configure(
    daemon,
    cases.map(({ name, value }) => ({ ...all, ...files, [name]: String(value) })),
  );
  const outcomes = results.map((result) => !('problems' in result));
  expect(cases.map((each, index) => ({ ...each, isAllowed: outcomes[index] }))).toEqual(cases);
});

test('.env.example holds no secret', () => {
  const secret = /[0-9a-f]{32}|[A-Za-z0-9+/_-]{40}/;
  const values = [...example.values()].map(({ value }) => value.replaceAll('/', ' '));
  expect(values.filter((value) => secret.test(value))).toEqual([]);
});

interface Variable {
  readonly value: string;
  /** Not commented out: there is no default. */
  readonly isRequired: boolean;
  readonly least: number | undefined;
  readonly most: number | undefined;
}

/** `# NAME=default` or `NAME=value`; comments since the line before may say "1 to 500". */
function readExample(text: string): ReadonlyMap<string, Variable> {
  const found = new Map<string, Variable>();
  let comment = '';
  for (const line of text.split('\n')) {
    const [, hash, name, value = ''] = /^(# )?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      comment = line === '' ? '' : `${comment} ${line}`;
      continue;
    }
    const [, least, most] = /\b(\d+) to (\d+)\b/.exec(comment) ?? [];
    found.set(name, {
      value,
      isRequired: hash === undefined,
      least: least === undefined ? undefined : Number(least),
      most: most === undefined ? undefined : Number(most),
    });
    comment = '';
  }
  return found;
}

/** Runs the daemon's own parser. @returns its configuration, or `{ problems }`, for each environment */
function configure({ file, parse }: Daemon, environments: readonly Environment[]): object[] {
  const code = `
    const { ${parse}: parse } = await import('./${file}');
    answer(input.map((env) => {
      try { return parse(env); } catch (error) { return { problems: error.problems }; }
    }));`;
  return evaluate(code, environments) as object[]; // made one line above
}

function keyFiles(): Environment {
  const directory = mkdtempSync(join(tmpdir(), 'keys-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const bytes = Array.from({ length: 32 }, (_none, index) => (index * 7).toString(16));
  const key = bytes.map((byte) => byte.padStart(2, '0').slice(-2)).join('');
  const path = join(directory, 'key');
  writeFileSync(path, key, { mode: 0o600 });
  return { WORKER_KEY_FILE: path, JWT_SECRET_FILE: path };
}

/** "both" are the daemons; "all" counts the command line in. */
function readersIn(cell: string): readonly string[] {
  if (cell === 'both') return ['gateway', 'worker'];
  return cell === 'all' ? DAEMONS.map(({ daemon }) => daemon) : cell.split(', ');
}

function namesIn(config: string): string[] {
  const found = NAMES.flatMap((pattern) => [...config.matchAll(pattern)]);
  return [...new Set(found.map(([, name = '']) => name))].sort();
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
