/** Looks for what agents need on this machine, and says for each thing that is missing what mends it. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DoctorCheck, DoctorCheckName, DoctorReport } from '@dashboard/protocol/doctor';
import { DOCTOR_WORDS_CHARS_MAX, MiB } from '@dashboard/protocol/limits';
import type { Environment } from '@dashboard/runtime/config';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { AgentWatches } from './agent-watches.ts';
import { claudeJsonPath, configDirectoryOf } from './claude/config-directory.ts';
import { readJson } from './claude/read-bounded.ts';
import type { Detector } from './detect.ts';
import { sessionEnvironment } from './environment.ts';
import { findOnPath } from './find-program.ts';
import {
  CLAUDE_JSON_BYTES_MAX,
  CLAUDE_VERSION_MIN,
  CLAUDE_VERSION_WANTED,
  DISK_FREE_BYTES_MIN,
  DISK_FREE_BYTES_WANTED,
  SETTINGS_BYTES_MAX,
  TMUX_VERSION_MIN,
} from './limits.ts';
import { probe } from './probe.ts';
import { words } from './state/index.ts';

export interface DoctorOptions {
  readonly detector: Detector;
  readonly agents: Pick<AgentWatches, 'hooksOf'>;
  /** Of the worker. */
  readonly environment: Environment;
  /** Where records are kept. */
  readonly dataDirectory: string;
  /** @throws DashboardError when the directory may not be entered; gives its path without links */
  readonly enter: (path: string) => Promise<string>;
}

type Finding = readonly [outcome: DoctorCheck['outcome'], words: string, remedy?: string];

/** @throws DashboardError when the directory is outside the roots */
export async function examine(
  options: DoctorOptions,
  asked: string | undefined,
): Promise<DoctorReport> {
  const directory = asked === undefined ? undefined : await options.enter(asked);
  const found: readonly (readonly [DoctorCheckName, Promise<Finding>])[] = [
    ['claude_found', claudeFound(options)],
    ['claude_version', claudeVersion(options)],
    ['claude_authenticated', authenticated(options)],
    ...(directory === undefined
      ? []
      : [['directory_trusted', trusted(options, directory)] as const]),
    ['hooks_alive', hooksAlive(options)],
    ['curl', curl(options)],
    ['tmux', tmux(options)],
    ['disk', disk(options)],
  ];
  const checks = found.map(async ([name, finding]) => checkOf(name, await finding));
  return { checks: await Promise.all(checks) };
}

function checkOf(name: DoctorCheckName, [outcome, found, remedy]: Finding): DoctorCheck {
  const shown = words(found, DOCTOR_WORDS_CHARS_MAX);
  const told = remedy === undefined ? null : words(remedy, DOCTOR_WORDS_CHARS_MAX);
  return { name, outcome, words: shown, remedy: told };
}

async function claude({ detector }: DoctorOptions) {
  const found = (await detector.summaries()).find(({ id }) => id === 'claude');
  return found?.available === true ? found : { ...found, version: null, available: false };
}

async function claudeFound(options: DoctorOptions): Promise<Finding> {
  const { available, version, advice } = await claude(options);
  if (available) return ['ok', `Claude Code is installed: ${version ?? 'it tells no version'}.`];
  return ['failed', 'Claude Code is not there, or does not run.', advice ?? 'Install it.'];
}

async function claudeVersion(options: DoctorOptions): Promise<Finding> {
  const { version } = await claude(options);
  if (version === null) return ['unknown', 'No version is known.'];
  const remedy = 'Update it where the worker runs: `claude update`';
  const wanted = `${CLAUDE_VERSION_WANTED} or newer tells all that is shown here`;
  if (isOlder(version, CLAUDE_VERSION_MIN)) {
    return ['failed', `${version} does not say what it does; ${wanted}.`, remedy];
  }
  if (isOlder(version, CLAUDE_VERSION_WANTED)) return ['warning', `${version}; ${wanted}.`, remedy];
  return ['ok', version];
}

/** @param text that begins with a version @returns false also where none can be read */
function isOlder(text: string, wanted: string): boolean {
  const [have, want] = [text, wanted].map((each) =>
    (/\d+(?:\.\d+)+/.exec(each)?.[0] ?? '').split('.').map(Number),
  );
  if (have === undefined || want === undefined || have.length < 2) return false;
  const place = want.findIndex((part, index) => part !== (have[index] ?? 0));
  return place >= 0 && (have[place] ?? 0) < (want[place] ?? 0);
}

const AuthStatus = Type.Object({
  loggedIn: Type.Boolean(),
  authMethod: Type.Optional(Type.String()),
});

async function authenticated(options: DoctorOptions): Promise<Finding> {
  const { detector, environment } = options;
  if (!(await claude(options)).available) return ['unknown', 'Claude Code is not there.'];
  const { program } = await detector.find('claude');
  const { stdout, failure } = await probe([program, 'auth', 'status'], environment);
  const status = parseJson(stdout);
  if (!Value.Check(AuthStatus, status)) {
    return ['unknown', `It does not say whether it is logged in: ${failure ?? 'no answer'}.`];
  }
  if (status.loggedIn)
    return ['ok', `Claude Code is logged in (${status.authMethod ?? 'unknown'}).`];
  const remedy = 'Start a session of Claude Code and log in there with /login.';
  return ['failed', 'Claude Code is not logged in.', remedy];
}

const Trust = Type.Object({
  projects: Type.Record(
    Type.String(),
    Type.Object({ hasTrustDialogAccepted: Type.Optional(Type.Boolean()) }),
  ),
});

/** Claude Code asks for a repository's root; what is trusted above covers what lies below. */
async function trusted({ environment }: DoctorOptions, directory: string): Promise<Finding> {
  const path = claudeJsonPath(sessionEnvironment(environment));
  const file = path === undefined ? undefined : await readJson(path, CLAUDE_JSON_BYTES_MAX);
  const projects = Value.Check(Trust, file) ? file.projects : {};
  const isTrusted = upwards(directory).some(
    (each) => Object.hasOwn(projects, each) && projects[each]?.hasTrustDialogAccepted === true,
  );
  if (isTrusted) return ['ok', `Claude Code trusts ${directory}.`];
  const remedy = 'Its first session there asks; until somebody says yes, its hooks do not run.';
  return ['warning', `Claude Code has not been told to trust ${directory}.`, remedy];
}

function upwards(directory: string): readonly string[] {
  const above = dirname(directory);
  return above === directory ? [directory] : [directory, ...upwards(above)];
}

const HookSwitches = Type.Object({ disableAllHooks: Type.Literal(true) });

async function hooksAlive({ agents, environment }: DoctorOptions): Promise<Finding> {
  const configDirectory = configDirectoryOf(sessionEnvironment(environment));
  const path = `${configDirectory ?? '/nonexistent'}/settings.json`;
  if (Value.Check(HookSwitches, await readJson(path, SETTINGS_BYTES_MAX))) {
    return [
      'failed',
      `${path} has disableAllHooks, so less is known of agents.`,
      'Remove it there.',
    ];
  }
  const states = agents.hooksOf();
  const count = (state: string): number => states.filter((each) => each === state).length;
  const silent = count('inactive');
  if (silent > 0) {
    const remedy = 'Trust their directories, and see whether a policy forbids hooks.';
    return ['warning', `${silent} of ${states.length} running agents have silent hooks.`, remedy];
  }
  const alive = count('alive');
  if (alive > 0) return ['ok', `Hooks were heard of ${alive} of ${states.length} running agents.`];
  return ['unknown', 'No agent runs of which a hook could have been heard.'];
}

async function curl({ environment }: DoctorOptions): Promise<Finding> {
  const path = await findOnPath('curl', environment);
  if (path !== undefined) return ['ok', `Hooks are carried by ${path}.`];
  const found = 'There is no curl; hooks are carried by Node, which starts more slowly.';
  return ['warning', found, 'Install curl where the worker runs, and restart the worker.'];
}

async function tmux({ environment }: DoctorOptions): Promise<Finding> {
  const path = await findOnPath('tmux', environment);
  const remedy = `Install tmux ${TMUX_VERSION_MIN} or newer where the worker runs.`;
  if (path === undefined) {
    return ['warning', 'There is no tmux: sessions end with the worker.', remedy];
  }
  const { stdout, failure } = await probe([path, '-V'], environment);
  if (failure !== null) return ['failed', `${path} does not run: ${failure}.`, remedy];
  const version = stdout.trim();
  return isOlder(version, TMUX_VERSION_MIN)
    ? ['warning', `${version} is too old.`, remedy]
    : ['ok', version];
}

async function disk({ dataDirectory }: DoctorOptions): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(dataDirectory);
    const free = bavail * bsize;
    const found = `${Math.floor(free / MiB)} MiB are free where records are kept.`;
    const remedy = `Make room on the disk of ${dataDirectory}.`;
    if (free < DISK_FREE_BYTES_MIN) return ['failed', found, remedy];
    return free < DISK_FREE_BYTES_WANTED ? ['warning', found, remedy] : ['ok', found];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return ['unknown', `The disk of the records tells nothing: ${why}`];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
