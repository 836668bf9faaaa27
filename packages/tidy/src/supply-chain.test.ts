/** S50, S59: what is installed: from the lockfile alone, no version that is known to be broken, licences that we may pass on. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './tree.ts';

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** The first version without the mistake, and what the mistake was. */
const FLOORS: readonly (readonly [name: string, version: string, why: string])[] = [
  ['ws', '8.21.0', 'CVE-2026-48779: tiny fragments take all memory'],
  ['fastify', '5.12.1', 'CVE-2026-25223, CVE-2026-3419: bodies that no schema sees'],
  ['@fastify/proxy-addr', '5.1.1', 'CVE-2026-92395: one trusted network trusts them all'],
  ['@fastify/websocket', '7.1.1', 'CVE-2022-39386: a malformed packet ends the process'],
  ['better-sqlite3', '12.8.0', 'SQLite up to 3.51.2 may damage its log (walresetbug)'],
];

const ABSENT: readonly (readonly [name: string, why: string])[] = [
  ['@fastify/middie', 'CVE-2026-2880 and five more: who may come in is no matter of paths'],
  ['@fastify/express', 'the same, by its other name'],
  ['@fastify/cors', 'no other origin ever reads: there is nothing to configure'],
  ['@fastify/http-proxy', 'CVE-2026-15631, CVE-2026-120213: the relay knows what it passes on'],
  ['@fastify/reply-from', 'the same, below it'],
  ['fast-jwt', 'CVE-2026-34950, CVE-2026-35039: jose has one algorithm and no cache'],
  ['jsonwebtoken', 'takes what the token says for the algorithm, unless told otherwise'],
  ['@xterm/addon-image', 'turns reports of sizes on, and decodes what programs print'],
];

/** Of what runs on a person's machine. MPL-2.0 concerns its own files, which we do not change; 0BSD asks for nothing. */
const LICENCES = [
  '0BSD',
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'MPL-2.0',
];
const LICENCES_OF_TOOLS = [...LICENCES, 'CC0-1.0', 'Python-2.0', 'Unlicense', 'Zlib'];

const PROGRAMS = ['gateway', 'worker', 'web'].flatMap((name) => ['--filter', `@dashboard/${name}`]);

/** May run code of their own while they are installed. One more is a decision. */
const BUILT = ['node-pty'];

const lockfile = readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8');
const locked = packagesIn(lockfile);

test.each(FLOORS)('S59: every %s is at least %s', (name, least) => {
  const versions = locked.filter((each) => each.name === name).map(({ version }) => version);
  expect(versions.length).toBeGreaterThan(0);
  expect(versions.filter((version) => isOlder(version, least))).toEqual([]);
});

test('a version is older by its numbers, not by its letters', () => {
  expect(isOlder('8.9.0', '8.21.0')).toBe(true);
  expect(['8.21.0', '8.100.0', '9.0.0'].filter((each) => isOlder(each, '8.21.0'))).toEqual([]);
});

test.each(ABSENT)('S59: %s is not here', (name) => {
  expect(locked.map((each) => each.name)).not.toContain(name);
});

test('S59: everything comes from the registry, and is what it was when it was locked', () => {
  expect(locked.length).toBeGreaterThan(100);
  expect(
    locked.filter(({ resolution }) => !/^\{integrity: sha512-\S+\}$/.test(resolution)),
  ).toEqual([]);
});

test('S59: nothing is installed but what is locked', () => {
  const files = ['ops/local/install.mjs', 'docker/gateway.Dockerfile', 'docker/worker.Dockerfile'];
  for (const file of files) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const installs = text.match(/\binstall\b['", ]+--[^\n]*/g) ?? [];
    expect(
      installs.filter((line) => line.includes('frozen-lockfile')),
      file,
    ).not.toEqual([]);
    expect(
      installs.filter((line) => line.includes('no-frozen-lockfile')),
      file,
    ).toEqual([]);
  }
});

test('S59: a package that runs code while it is installed is on the list', () => {
  const workspace = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8');
  const [, section = ''] = /^allowBuilds:\n((?: .*\n)+)/m.exec(workspace) ?? [];
  expect([...section.matchAll(/^ +(\S+): true$/gm)].map(([, name]) => name)).toEqual(BUILT);
  expect(workspace).not.toMatch(/dangerouslyAllowAllBuilds|strictDepBuilds: false/);
});

test.each([
  ['what runs', [...PROGRAMS, 'licenses', 'list', '--prod'], LICENCES],
  ['everything', ['-r', 'licenses', 'list'], LICENCES_OF_TOOLS],
] as const)('S59: of %s we know the licence, and may pass it on', (_what, argv, allowed) => {
  const found = Object.keys(JSON.parse(pnpm(...argv, '--json')) as object);
  expect(found.length).toBeGreaterThan(0);
  const isAllowed = (licence: string): boolean => {
    const choices = licence.replaceAll(/[()]/g, '').split(' OR ');
    return choices.some((one) => one.split(' AND ').every((each) => allowed.includes(each)));
  };
  expect(found.filter((licence) => !isAllowed(licence))).toEqual([]);
});

test('S59: the bill of materials names what runs, with its versions', () => {
  const script = /"sbom": "pnpm ([^"]+?) --out \S+"/.exec(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const bill = JSON.parse(pnpm(...(script?.[1] ?? '').split(' '))) as {
    bomFormat: string;
    components: { name: string; version: string; group?: string }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  const named = bill.components.map(({ group, name }) =>
    group === undefined ? name : `${group}/${name}`,
  );
  expect(named).toEqual(
    expect.arrayContaining(['fastify', 'ws', 'better-sqlite3', '@xterm/xterm']),
  );
  expect(named.filter((name) => ['vitest', 'eslint', 'typescript'].includes(name))).toEqual([]);
});

interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly resolution: string;
}

function packagesIn(text: string): readonly LockedPackage[] {
  const entries = text.matchAll(
    /^ {2}'?((?:@[^@\s]+\/)?[^@\s]+)@([^'\s(]+)'?:\n {4}resolution: (.+)$/gm,
  );
  return [...entries].map(([, name = '', version = '', resolution = '']) => ({
    name,
    version,
    resolution,
  }));
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) => each.split(/[.-]/).map(Number));
  const at = [0, 1, 2].find((place) => a?.[place] !== b?.[place]);
  return at !== undefined && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}

function pnpm(...argv: string[]): string {
  const PATH = [join(ROOT, '.tools/node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: OUTPUT_BYTES_MAX } as const;
  return execFileSync('pnpm', argv, { ...options, env: { ...process.env, PATH } });
}
