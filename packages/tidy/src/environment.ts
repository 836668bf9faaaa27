/** What the programs read of their environment, and what the examples say of it: for the tests of both. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { evaluate } from './evaluate.ts';
import { ROOT } from './tree.ts';

export interface Daemon {
  readonly daemon: string;
  readonly file: string;
  /** What `file` takes over from parsers of its own. */
  readonly parts?: readonly string[];
  readonly parse: string;
}

const GATEWAY: Daemon = {
  daemon: 'gateway',
  file: 'apps/gateway/src/config.ts',
  parts: ['apps/gateway/src/tracing/config.ts'],
  parse: 'parseGatewayConfig',
};

export const DAEMONS: readonly Daemon[] = [
  GATEWAY,
  { daemon: 'worker', file: 'apps/worker/src/config.ts', parse: 'parseWorkerConfig' },
  { daemon: 'backup', file: 'apps/gateway/src/cli/config.ts', parse: 'parseBackupConfig' },
  { daemon: 'ngrok', file: 'apps/gateway/src/cli/ngrok-config.ts', parse: 'parseNgrokConfig' },
  { daemon: 'secrets', file: 'apps/gateway/src/secrets/config.ts', parse: 'parseSecretsConfig' },
];
export type Environment = Readonly<Record<string, string>>;

/** A key of the schema, and a variable that is read past it. */
const NAMES = [/^ {2}([A-Z][A-Z0-9_]*): (?:Type\.|[A-Z])/gm, /\benv(?:\[|, )'([A-Z][A-Z0-9_]*)'/g];

export interface Variable {
  readonly value: string;
  /** Not commented out: there is no default. */
  readonly isRequired: boolean;
  readonly least: number | undefined;
  readonly most: number | undefined;
}

/** `# NAME=default` or `NAME=value`; comments since the line before may say "1 to 500". */
export function readExample(text: string): ReadonlyMap<string, Variable> {
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
export function configure({ file, parse }: Daemon, environments: readonly Environment[]): object[] {
  const code = `
    const { ${parse}: parse } = await import('./${file}');
    answer(input.map((env) => {
      try { return parse(env) ?? {}; } catch (error) { return { problems: error.problems }; }
    }));`;
  return evaluate(code, environments) as object[]; // made one line above
}

export function keyFiles(): Environment {
  const directory = mkdtempSync(join(tmpdir(), 'keys-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const bytes = Array.from({ length: 32 }, (_none, index) => (index * 7).toString(16));
  const key = bytes.map((byte) => byte.padStart(2, '0').slice(-2)).join('');
  const path = join(directory, 'key');
  writeFileSync(path, key, { mode: 0o600 });
  return { WORKER_KEY_FILE: path, JWT_SECRET_FILE: path };
}

/** Every variable that a daemon reads, sorted. */
export function namesOf({ file, parts = [] }: Daemon): string[] {
  const config = [file, ...parts].map(read).join('\n');
  const found = NAMES.flatMap((pattern) => [...config.matchAll(pattern)]);
  return [...new Set(found.map(([, name = '']) => name))].sort();
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
