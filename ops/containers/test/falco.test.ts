/** Rules of Falco: whole, without a name that nothing defines, and about what containers here really do. Falco itself is not run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './kubernetes.ts';

interface Entry {
  readonly list?: string;
  readonly items?: readonly string[];
  readonly macro?: string;
  readonly rule?: string;
  readonly desc?: string;
  readonly condition?: string;
  readonly output?: string;
  readonly priority?: string;
  readonly tags?: readonly string[];
}

const entries = parse(
  readFileSync(join(ROOT, 'ops/falco/dashboard_rules.yaml'), 'utf8'),
) as Entry[];
const rules = entries.filter(({ rule }) => rule !== undefined);
const conditions = entries.flatMap(({ condition }) => condition ?? []);

/** Of https://falco.org/docs/reference/rules/supported-fields, those that are used. */
const FIELDS = [
  ...[
    'evt.type',
    'evt.is_open_read',
    'evt.is_open_write',
    'fd.name',
    'fd.sip',
    'fd.snet',
    'fd.sport',
  ],
  ...['fd.typechar', 'proc.cmdline', 'proc.name', 'proc.pid', 'proc.pname', 'user.uid'],
  ...['container.id', 'container.image.repository'],
];
const PRIORITIES = [
  'EMERGENCY',
  'ALERT',
  'CRITICAL',
  'ERROR',
  'WARNING',
  'NOTICE',
  'INFORMATIONAL',
  'DEBUG',
];
const OPERATORS = [
  'and',
  'or',
  'not',
  'in',
  'contains',
  'startswith',
  'endswith',
  'exists',
  'host',
  'true',
];
const SYSCALLS = ['execve', 'execveat', 'open', 'openat', 'openat2', 'connect'];

/** Without text in quotes, which may hold anything, and paths. */
const bare = (condition: string): string =>
  condition.replace(/"[^"]*"|'[^']*'/g, '""').replace(/\/\S+/g, '""');

test('every rule says what it finds, how bad it is, and where', () => {
  expect(rules.length).toBeGreaterThan(5);
  for (const { rule, desc = '', output = '', priority = '', tags } of rules) {
    expect(desc.length, rule).toBeGreaterThan(40);
    expect(PRIORITIES, rule).toContain(priority);
    expect(output, rule).toContain('%container.id');
    expect(tags, rule).toContain('dashboard');
  }
  expect(new Set(rules.map(({ rule }) => rule)).size).toBe(rules.length);
});

test('fields exist, and every other name is defined before it is used', () => {
  const outputs = rules.flatMap(({ output = '' }) =>
    [...output.matchAll(/%([a-z_.]+)/g)].map(([, field = '']) => field),
  );
  const used = conditions.flatMap(
    (condition) => bare(condition).match(/\b[a-z]+\.[a-z_.]+\b/g) ?? [],
  );
  expect([...new Set([...used, ...outputs])].filter((field) => !FIELDS.includes(field))).toEqual(
    [],
  );
  const known = new Set([...OPERATORS, ...SYSCALLS]);
  for (const { list, items = [], macro, condition = '' } of entries) {
    const words = bare(condition).match(/(?<![.\w%])[a-z][a-z0-9_]*(?![.\w-])/g) ?? [];
    const values = new Set(entries.flatMap((entry) => entry.items ?? []).concat('node', 'tini'));
    expect(
      words.filter(
        (word) =>
          !known.has(word) &&
          !values.has(word) &&
          !FIELDS.some((field) => field.split('.').includes(word)),
      ),
    ).toEqual([]);
    for (const name of [list, macro]) if (name !== undefined) known.add(name);
    if (list !== undefined) expect(items.length, list).toBeGreaterThan(0);
  }
});

test('parentheses are closed', () => {
  for (const condition of conditions) {
    const text = bare(condition);
    expect(text.split('(').length, condition).toBe(text.split(')').length);
  }
});

test('what the images do by themselves is let pass', () => {
  const gateway = readFileSync(join(ROOT, 'docker/gateway.Dockerfile'), 'utf8');
  const worker = readFileSync(join(ROOT, 'docker/worker.Dockerfile'), 'utf8');
  const commandIn = (text: string, name: string): string =>
    (JSON.parse(new RegExp(`${name} (\\[.*\\])`).exec(text)?.[1] ?? '[]') as string[]).join(' ');
  const macro = (name: string): string =>
    entries.find((entry) => entry.macro === name)?.condition ?? '';
  expect(macro('dashboard_gateway_health')).toContain(`"${commandIn(gateway, 'CMD')}"`);
  expect(commandIn(gateway, 'ENTRYPOINT')).toMatch(/^tini -- node /);
  const entry = commandIn(worker, 'ENTRYPOINT');
  const allowed = [...macro('dashboard_daemon').matchAll(/startswith "([^"]+)"/g)].map(
    ([, text = '']) => text,
  );
  const started = [
    entry,
    entry.replace('tini -- ', ''),
    entry.split('worker-entry.sh ')[1] ?? '',
    commandIn(worker, 'CMD'),
  ];
  expect(started.filter((command) => !allowed.some((text) => command.startsWith(text)))).toEqual(
    [],
  );
});
