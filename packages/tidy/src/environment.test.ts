/** Variables of the daemons and of their command: each is in .env.example and in docs/OPERATIONS.md, and says the truth. */
import { expect, test } from 'vitest';
import { configure, DAEMONS, keyFiles, namesOf, read, readExample } from './environment.ts';
import { rowsUnder } from './markdown.ts';

const example = readExample(read('.env.example'));
const documented = rowsUnder(read('docs/OPERATIONS.md'), ['Variable', 'Read by', 'Default']);

test.each(DAEMONS)('the $daemon reads what .env.example names for it', (each) => {
  const { daemon } = each;
  const known = namesOf(each);
  expect(known).toContain('NODE_ENV');
  const listed = documented
    .filter(({ cells: [, readBy = ''] }) => readersIn(readBy).includes(daemon))
    .map(({ cells: [name = ''] }) => name);
  expect(listed.sort()).toEqual(known);
  expect(known.filter((name) => !example.has(name))).toEqual([]);
});

test('.env.example names nothing that no daemon reads', () => {
  const known = new Set(DAEMONS.flatMap(namesOf));
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

test.each(DAEMONS.slice(0, 3))(
  'the $daemon holds to the bounds that are stated there',
  (daemon) => {
    const known = new Set(namesOf(daemon));
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
  },
);

test.each(['.env.example', '.env.production.example'])('%s holds no secret', (file) => {
  const secret = /[0-9a-f]{32}|[A-Za-z0-9+/_-]{40}/;
  const variables = [...readExample(read(file))];
  const values = variables.map(([, { value }]) => value.replaceAll('/', ' '));
  expect(values.filter((value) => secret.test(value))).toEqual([]);
  const isSecret = (name: string): boolean => /(SECRET|TOKEN|PASS|KEY)$/.test(name);
  expect(variables.filter(([name, { value }]) => isSecret(name) && value !== '')).toEqual([]);
});

test.each(DAEMONS)('the example for production is one that the $daemon runs with', (daemon) => {
  const production = readExample(read('.env.production.example'));
  expect([...production.keys()].filter((name) => !example.has(name))).toEqual([]);
  const set = [...production].filter(([, { isRequired }]) => isRequired);
  const values = Object.fromEntries(set.map(([name, { value }]) => [name, value]));
  expect(values['NODE_ENV']).toBe('production');
  // What is named there is not on this machine: a file that can be read stands for each secret.
  const files = Object.keys(values).filter((name) => name.endsWith('_FILE'));
  const { WORKER_KEY_FILE: key = '' } = keyFiles();
  const here = Object.fromEntries(files.map((name) => [name, key]));
  expect(configure(daemon, [{ ...values, ...here }])).toEqual([
    expect.not.objectContaining({ problems: expect.anything() }),
  ]);
});

/** "both" are the daemons; "all" counts what the command reads in. */
function readersIn(cell: string): readonly string[] {
  if (cell === 'all') return DAEMONS.map(({ daemon }) => daemon);
  return cell.split(', ').flatMap((each) => (each === 'both' ? ['gateway', 'worker'] : each));
}
