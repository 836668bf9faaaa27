/**
 * S32, S41, S42: What the compose files ask of an engine, read as text: the items of the CIS Docker benchmark that a file
 * can decide, what our own design promises beside them, and words that the documents know.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT, whyNoCompose } from './compose.ts';

const BASE = 'compose.yml';
const OVERLAYS = ['compose.dev.yml', 'compose.staging.yml', 'compose.prod.yml'];
/** As the documents say that they are put together. */
const COMBINATIONS = [
  [BASE],
  [BASE, 'compose.dev.yml'],
  [BASE, 'compose.prod.yml'],
  [BASE, 'compose.prod.yml', 'compose.staging.yml'],
];
/** Programs start what lies there. */
const MAY_EXECUTE = ['/run/worker', '/scratch'];
/** Reads what Docker keeps of the containers' output, which belongs to root. */
const READS_LOGS = 'alloy';
const LOGS = '/var/lib/docker/containers:/var/lib/docker/containers:ro';
/** End at once. */
const ONE_SHOT = ['secrets', 'ngrok-config'];

interface Container {
  readonly [key: string]: unknown;
  readonly image: string;
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly (string | { source: string; target: string })[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
}

const files = new Map([BASE, ...OVERLAYS].map((file) => [file, servicesOf(file)]));
const base = Object.entries(files.get(BASE) ?? {});
const everywhere = [...files].flatMap(([file, services]) =>
  Object.entries(services).map(([name, service]) => ({ file, name, service })),
);

test.each(base)(
  '%s: is read-only, without capabilities, bounded, with rotated logs',
  (name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: ONE_SHOT.includes(name) ? 'no' : 'unless-stopped',
      logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } },
      // Of which color it is, nobody asks who looks at logs.
      labels: { 'dashboard.service': name.replace('-green', '') },
      deploy: {
        resources: { limits: { memory: expect.any(String), pids: expect.any(Number) } },
      },
    });
    expect(service.image).toMatch(/:([\w.-]+\d+(-alpine)?|local)\}?$/);
  },
);

test.each(everywhere)('$file, $name: asks for nothing that opens the machine', (each) => {
  const { name, service } = each;
  const opening = ['privileged', 'cap_add', 'devices', 'pid', 'ipc', 'userns_mode', 'env_file'];
  expect(Object.keys(service).filter((key) => opening.includes(key))).toEqual([]);
  expect(service['network_mode'] ?? 'none').not.toBe('host');
  if (name !== READS_LOGS) expect(service.user ?? '10000').not.toMatch(/^(0|root)\b/);
  expect(service['read_only'] ?? true).toBe(true);
  const volumes = (service.volumes ?? []).filter((at) => name !== READS_LOGS || at !== LOGS);
  expect(JSON.stringify(volumes)).not.toMatch(/docker\.sock|"\/:|"\/(etc|proc|sys|var)[:/]/);
  for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test.each(everywhere)(
  '$file, $name: nothing is executed from memory but where it must be',
  ({ service }) => {
    for (const mount of service.tmpfs ?? []) {
      const [place = '', options = ''] = mount.split(':');
      const must = MAY_EXECUTE.includes(place) ? 'exec' : 'noexec';
      expect(options.split(',')).toEqual(
        expect.arrayContaining([must, 'nosuid', 'nodev', expect.stringMatching(/^size=\d+[mg]$/)]),
      );
    }
  },
);

test.each(everywhere)('$file, $name: is told nothing secret', ({ service }) => {
  const names = Object.keys(service.environment ?? {});
  const secret = /SECRET|KEY|TOKEN|PASS/;
  expect(names.filter((name) => secret.test(name) && !name.endsWith('_FILE'))).toEqual([]);
});

test('nobody mounts secrets before they are made: a new volume takes its owner from who comes first', () => {
  const readers = base.filter(([, { volumes }]) =>
    volumes?.some((at) => typeof at === 'string' && at.endsWith('-secrets:/run/secrets:ro')),
  );
  expect(readers.length).toBeGreaterThan(1);
  for (const [, { depends_on: order }] of readers) {
    expect(order).toMatchObject({ secrets: { condition: 'service_completed_successfully' } });
  }
});

test('the worker has no port and shares no network; only the socket is in both', () => {
  const { worker, gateway } = files.get(BASE) ?? {};
  expect(worker?.ports).toBeUndefined();
  const shared = (worker?.networks ?? []).filter((name) => gateway?.networks?.includes(name));
  expect(shared).toEqual([]);
  const volumesOf = (container?: Container) =>
    (container?.volumes ?? []).map((at) => (typeof at === 'string' ? at.split(':')[0] : at.source));
  expect(volumesOf(worker).filter((name) => volumesOf(gateway).includes(name))).toEqual(['run']);
});

test.each(['gateway', 'worker'])('the %s has longer to stop than it gives itself', (name) => {
  const text = read(`apps/${name}/src/limits.ts`) + read(`apps/${name}/src/main.ts`);
  const [, own = '', unit] = /STOP_TIMEOUT_MS = ([\d_]+)( \* SECOND_MS)?;/.exec(text) ?? [];
  const ownSeconds = Number(own.replaceAll('_', '')) / (unit === undefined ? 1_000 : 1);
  const grace = files.get(BASE)?.[name]?.stop_grace_period ?? '';
  expect(ownSeconds).toBeGreaterThan(0);
  expect(Number.parseInt(grace, 10)).toBeGreaterThan(ownSeconds);
});

test('daemons are told what they know', () => {
  const known = new Set(
    read('.env.example')
      .match(/^(?:# )?[A-Z_]+(?==)/gm)
      ?.map(withoutHash),
  );
  const told = everywhere
    .filter(({ name }) => name === 'gateway' || name === 'worker')
    .flatMap(({ service }) => Object.keys(service.environment ?? {}));
  expect(told.filter((name) => !known.has(name))).toEqual(['TMPDIR']);
});

test('what can be set is in the table of the documents, and nothing else is', () => {
  const used = [...files.keys()].flatMap((file) => read(file).match(/(?<=(?<!\$)\$\{)\w+/g) ?? []);
  const table = read('docs/OPERATIONS.md').split('| Of compose')[1]?.split('\n\n')[0] ?? '';
  const listed = table.match(/(?<=^\| `)\w+/gm) ?? [];
  expect(listed.sort()).toEqual([...new Set(used)].sort());
});

test.for(COMBINATIONS.map((files) => ({ files, names: files.join(' + ') })))(
  'docker compose takes $names',
  ({ files }, { skip }) => {
    const reason = whyNoCompose();
    if (reason !== undefined) return skip(reason);
    const chosen = files.flatMap((file) => ['-f', join(ROOT, file)]);
    const argv = ['compose', ...chosen, '--profile', '*', 'config', '--quiet'];
    const told = { ALLOWED_HOSTS: 'd.example', ALLOWED_ORIGINS: 'https://d.example' };
    execFileSync('docker', argv, { env: { ...process.env, ...told } });
  },
);

function servicesOf(file: string): Readonly<Record<string, Container>> {
  // Tests see at once when a service is not of this form.
  return (parse(read(file), { merge: true }) as { services: Record<string, Container> }).services;
}

function withoutHash(text: string): string {
  return text.replace('# ', '');
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
