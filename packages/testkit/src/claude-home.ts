/**
 * A home directory in which Claude Code runs without a person, an account or a network: set up,
 * with a key that is none, and `claude` first on PATH: the real one or the program that plays it.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Charge } from './anthropic/index.ts';
import { atTestEnd, type AtEnd } from './at-end.ts';
import { CHARGES_FILE, LIMITS_FILE } from './scripted-claude/index.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SCRIPTED = join(import.meta.dirname, '../programs/scripted-claude.mjs');
/** Where `npm install --prefix .tools/claude` puts it. */
const INSTALLED = join(ROOT, '.tools/claude/node_modules/.bin');

/** Looks like a key and opens nothing. */
const DUMMY_KEY = `sk-ant-dummy-${'0'.repeat(40)}`;
/** A key in the environment counts once the person has approved its end. */
const KEY_END_CHARS = 20;

export interface ClaudeHomeOptions {
  readonly program: 'scripted' | 'real';
  /** Of the fake endpoint; the scripted agent has its model built in. */
  readonly baseUrl?: string;
  /** What stands in the person's own settings.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly atEnd?: AtEnd;
}

export interface AccountLimit {
  readonly usedPercent: number;
  readonly resetsAtMs: number;
}

export class ClaudeHome {
  readonly directory: string;
  readonly settingsFile: string;
  /** For whoever starts `claude`: a worker, in most tests. */
  readonly env: Readonly<Record<string, string>>;
  readonly #stateFile: string;

  constructor(directory: string, { program, baseUrl, settings = {} }: ClaudeHomeOptions) {
    this.directory = directory;
    const bin = join(directory, 'bin');
    for (const path of [bin, this.configDirectory, join(directory, 'tmp')]) {
      mkdirSync(path, { mode: 0o700 });
    }
    installProgram(join(bin, 'claude'), program);
    this.settingsFile = join(this.configDirectory, 'settings.json');
    // A person's file, as a person formats it: nobody may write it again, not even tidier.
    writeFileSync(this.settingsFile, `${JSON.stringify(settings, null, '\t')}\n\n`);
    this.#stateFile = join(directory, '.claude.json');
    this.#writeState({
      hasCompletedOnboarding: true,
      theme: 'dark',
      // Offers that would stand in front of what a test is looking at.
      hasSeenAutoDefaultNudge: true,
      hasSeenAutoModeEntryWarning: true,
      customApiKeyResponses: { approved: [DUMMY_KEY.slice(-KEY_END_CHARS)], rejected: [] },
    });
    this.env = {
      HOME: directory,
      PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
      TMPDIR: join(directory, 'tmp'),
      ANTHROPIC_API_KEY: DUMMY_KEY,
      // Without an endpoint nothing is to be reached, least of all the real one.
      ANTHROPIC_BASE_URL: baseUrl ?? 'http://127.0.0.1:9',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    };
  }

  get configDirectory(): string {
    return join(this.directory, '.claude');
  }

  /** As a person who has said yes to Claude's question. To be called before it is started there. */
  trust(projectDirectory: string): void {
    const state = JSON.parse(readFileSync(this.#stateFile, 'utf8'));
    const projects = { ...state.projects, [projectDirectory]: { hasTrustDialogAccepted: true } };
    this.#writeState({ ...state, projects });
  }

  /** What the account has left, for the scripted agent to tell; the real one has it of a subscription. */
  limitAccount(limits: Readonly<Record<string, AccountLimit>>): void {
    const told = Object.entries(limits).map(([window, { usedPercent, resetsAtMs }]) => [
      window,
      { used_percentage: usedPercent, resets_at: Math.round(resetsAtMs / 1_000) },
    ]);
    writeFileSync(
      join(this.configDirectory, LIMITS_FILE),
      JSON.stringify(Object.fromEntries(told)),
    );
  }

  /** What the scripted agent has charged; the real one is charged by the endpoint. */
  scriptedCharges(): readonly Charge[] {
    const file = join(this.configDirectory, CHARGES_FILE);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  #writeState(state: unknown): void {
    writeFileSync(this.#stateFile, JSON.stringify(state), { mode: 0o600 });
  }
}

export async function makeClaudeHome(options: ClaudeHomeOptions): Promise<ClaudeHome> {
  const directory = await temporaryDirectory(options.atEnd ?? atTestEnd);
  return new ClaudeHome(directory, options);
}

/** The real CLI: the one that was installed for the tests, or the person's own. */
export function findClaude(): string | undefined {
  const directories = [INSTALLED, ...(process.env['PATH'] ?? '').split(delimiter)];
  return directories
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => join(directory, 'claude'))
    .find(isExecutable);
}

/** Whether this process, and all that it starts, can reach nothing but the machine itself. */
export function isOnLoopbackOnly(): boolean {
  return Object.values(networkInterfaces()).every((addresses = []) =>
    addresses.every(({ internal }) => internal),
  );
}

function installProgram(path: string, program: ClaudeHomeOptions['program']): void {
  if (program === 'scripted') {
    const script = `#!/bin/sh\nexec '${process.execPath}' '${SCRIPTED}' "$@"\n`;
    writeFileSync(path, script, { mode: 0o755 });
    return;
  }
  const real = findClaude();
  if (real === undefined) throw new Error('Claude Code is not installed');
  symlinkSync(real, path);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
