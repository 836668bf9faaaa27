/**
 * Which profiles this machine can run, and in which version. Programs are installed while the worker
 * runs, so what was found is looked up again; nobody but the very first asker waits for that.
 */
import { execFile, type ExecFileException } from 'node:child_process';
import { DashboardError } from '@dashboard/protocol/errors';
import type { ProfileSummary } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Environment } from '@dashboard/runtime/config';
import {
  PROBE_FRESH_MS,
  PROBE_OUTPUT_BYTES_MAX,
  PROBE_TIMEOUT_MS,
  VERSION_CHARS_MAX,
} from '../limits.ts';
import { sessionEnvironment } from './environment.ts';
import { findProgram } from './find-program.ts';
import type { Profile } from './profiles.ts';

export interface DetectorOptions {
  readonly profiles: readonly Profile[];
  /** Of the worker; PATH, HOME and SHELL say where to look. */
  readonly environment: Environment;
  readonly clock: Clock;
}

export interface FoundProfile {
  readonly profile: Profile;
  /** Absolute. */
  readonly program: string;
}

/** Outcome of a version probe. */
type Version = { readonly text: string } | { readonly failure: string };

export class Detector {
  readonly #options: DetectorOptions;
  #found: readonly ProfileSummary[] | undefined;
  #foundAtMs = 0;
  #running: Promise<readonly ProfileSummary[]> | undefined;

  constructor(options: DetectorOptions) {
    this.#options = options;
  }

  /** What was found at most PROBE_FRESH_MS before the last call; only the first call waits. */
  async summaries(): Promise<readonly ProfileSummary[]> {
    if (this.#found === undefined) return this.#detect();
    const isStale = this.#options.clock.monotonicMs() - this.#foundAtMs >= PROBE_FRESH_MS;
    if (isStale) void this.#detect(); // never rejects: each failure is a summary
    return this.#found;
  }

  /**
   * Looks now, and does not ask for a version: a program that was just installed can be started.
   * @throws DashboardError profile_not_found, profile_unavailable
   */
  async find(id: string): Promise<FoundProfile> {
    const { profiles, environment } = this.#options;
    const profile = profiles.find((each) => each.id === id);
    if (profile === undefined) throw new DashboardError('profile_not_found', `no profile ${id}`);
    const program = await findProgram(profile, environment);
    if (program !== undefined) return { profile, program };
    const message = `${profile.label} is not installed. ${profile.advice}`;
    throw new DashboardError('profile_unavailable', message);
  }

  /** Askers at the same time share one round of probes. */
  #detect(): Promise<readonly ProfileSummary[]> {
    const { profiles, environment, clock } = this.#options;
    this.#running ??= Promise.all(profiles.map((profile) => summarize(profile, environment))).then(
      (found) => {
        this.#found = found;
        this.#foundAtMs = clock.monotonicMs();
        this.#running = undefined;
        return found;
      },
    );
    return this.#running;
  }
}

async function summarize(profile: Profile, environment: Environment): Promise<ProfileSummary> {
  const { versionArgv, advice } = profile;
  const common = offerOf(profile);
  const program = await findProgram(profile, environment);
  if (program === undefined) return { ...common, available: false, version: null, advice };
  if (versionArgv === null) return { ...common, available: true, version: null, advice: null };

  const version = await probeVersion([program, ...versionArgv], environment);
  if ('text' in version) return { ...common, available: true, version: version.text, advice: null };
  const broken = `${program} was found but does not run: ${version.failure}.`;
  return { ...common, available: false, version: null, advice: `${broken} ${advice}` };
}

/** What may be asked of it, whether it is here or not. */
function offerOf(profile: Profile): Omit<ProfileSummary, 'available' | 'version' | 'advice'> {
  return {
    id: profile.id,
    label: profile.label,
    takesPrompt: profile.prompt?.via === 'argv',
    permissionModes: [...(profile.permission?.modes ?? [])],
    takesModel: profile.model !== null,
    models: [...(profile.model?.names ?? [])],
    canResume: profile.resumeArgv !== null,
    canFork: profile.forkArgv !== null,
    isAgent: profile.agent !== null,
  };
}

function probeVersion(argv: readonly [string, ...string[]], own: Environment): Promise<Version> {
  const [program, ...args] = argv;
  const options = {
    cwd: '/', // what a project's directory holds must not change the answer
    env: sessionEnvironment(own),
    timeout: PROBE_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: PROBE_OUTPUT_BYTES_MAX,
    encoding: 'utf8',
  } as const;
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout) => {
      resolve(error === null ? { text: firstLine(stdout) } : { failure: whyFailed(error) });
    });
    // One that asks a question gets no answer; one that has ended already is no failure of ours.
    child.stdin?.on('error', () => undefined).end();
  });
}

function firstLine(stdout: string): string {
  const line = stdout.trim().split('\n', 1)[0] ?? '';
  return line.replaceAll(/\p{Cc}/gu, '').slice(0, VERSION_CHARS_MAX);
}

function whyFailed(error: ExecFileException): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it prints without end';
  if (error.killed === true) return `no answer within ${PROBE_TIMEOUT_MS / 1000} s`;
  if (typeof error.code === 'number') return `exit code ${error.code}`;
  return error.code ?? error.signal ?? error.message;
}
