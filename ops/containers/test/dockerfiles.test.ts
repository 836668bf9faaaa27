/** What can be asked of a Dockerfile without building it: pinned, not root, nothing left to guess. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './compose.ts';

const FILES = ['docker/gateway.Dockerfile', 'docker/worker.Dockerfile'];
/** With patch level and the release of Debian. */
const PINNED = /^[a-z/]+:\d+\.\d+\.\d+-[a-z]+-slim$/;

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

test.each(FILES)('%s builds on pinned images, with the toolchain of the checkout', (file) => {
  const all = instructionsOf(file);
  const stages = new Set(valuesOf(all, 'FROM').map((rest) => / AS (\S+)$/.exec(rest)?.[1]));
  const bases = valuesOf(all, 'FROM').map((rest) => rest.split(' ')[0] ?? '');
  const foreign = bases.filter((base) => !stages.has(base));
  for (const base of foreign) expect(base).toMatch(PINNED);
  const toolchain = read('ops/local/toolchain.mjs');
  const [, node] = /NODE_VERSION = '(.+)'/.exec(toolchain) ?? [];
  const [, pnpm] = /PNPM_VERSION = '(.+)'/.exec(toolchain) ?? [];
  expect(new Set(foreign)).toEqual(new Set([`node:${node}-trixie-slim`]));
  expect(read(file)).toContain(`base.name="docker.io/library/${foreign[0]}"`);
  expect(read(file)).toContain(`npm install --global pnpm@${pnpm}\n`);
});

test.each(FILES)('%s: the result is not root, is watched, and ends when it is told to', (file) => {
  const last = lastStageOf(file);
  expect(valuesOf(last, 'USER').at(-1)).toMatch(/^(\d{4,}|\$\{\w+\}):\d{4,}$/);
  expect(valuesOf(last, 'HEALTHCHECK').at(-1)).toMatch(/--timeout=.* CMD \[/s);
  expect(valuesOf(last, 'STOPSIGNAL')).toEqual(['SIGTERM']);
  expect(valuesOf(last, 'ENTRYPOINT')).toEqual([expect.stringMatching(/^\["tini", "--", /)]);
  const labels = valuesOf(last, 'LABEL').join(' ');
  for (const name of ['title', 'licenses', 'version', 'revision', 'created', 'source']) {
    expect(labels).toContain(`org.opencontainers.image.${name}=`);
  }
});

test.each(FILES)(
  '%s: the result holds no compiler, no package manager of ours, no lists',
  (file) => {
    const last = lastStageOf(file);
    const runs = valuesOf(last, 'RUN').join('\n');
    expect(runs).not.toMatch(/\b(g\+\+|gcc|make|python3|pnpm|sudo|chmod 777)\b/);
    expect(runs).toContain('--no-install-recommends');
    expect(runs).toContain('rm -rf /var/lib/apt/lists/*');
    expect(valuesOf(last, 'ADD')).toEqual([]);
    const argumentsOf = [...valuesOf(last, 'ARG'), ...valuesOf(last, 'ENV')].join('\n');
    expect(argumentsOf).not.toMatch(/(SECRET|TOKEN|PASSWORD|KEY)(?!_FILE)\b/);
  },
);

test.each(FILES)('%s copies only what is there', (file) => {
  const sources = valuesOf(instructionsOf(file), 'COPY')
    .filter((rest) => !rest.startsWith('--from'))
    .flatMap((rest) => rest.split(/\s+/).slice(0, -1));
  expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
});

test('the gateway is given none of what opens a terminal', () => {
  const text = lastStageOf('docker/gateway.Dockerfile')
    .map(({ rest }) => rest)
    .join('\n');
  expect(text).not.toMatch(/\b(tmux|git|node-pty|curl|openssh)\b|apps\/worker/);
  expect(text).toContain('rm -rf /usr/local/lib/node_modules');
});

function instructionsOf(file: string): readonly Instruction[] {
  const lines = read(file)
    .split('\n')
    .filter((line) => !line.trim().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n/g, '')
    .split('\n');
  return lines.flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined || rest === undefined ? [] : [{ name, rest: rest.trim() }];
  });
}

function lastStageOf(file: string): readonly Instruction[] {
  const all = instructionsOf(file);
  return all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
}

function valuesOf(instructions: readonly Instruction[], wanted: string): string[] {
  return instructions.filter(({ name }) => name === wanted).map(({ rest }) => rest);
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
