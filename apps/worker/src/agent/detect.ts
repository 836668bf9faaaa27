/**
 * Which profiles this machine can run, and in which version. Programs are installed while the worker
 * runs, so what was found is looked up again; nobody but the very first asker waits for that.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { ProfileSummary } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Environment } from '@dashboard/runtime/config';
import { PROBE_FRESH_MS, VERSION_CHARS_MAX } from '../limits.ts';
import { findProgram } from './find-program.ts';
import { probe } from './probe.ts';
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

  const { stdout, failure } = await probe([program, ...versionArgv], environment);
  if (failure === null) {
    return { ...common, available: true, version: firstLine(stdout), advice: null };
  }
  const broken = `${program} was found but does not run: ${failure}.`;
  return { ...common, available: false, version: null, advice: `${broken} ${advice}` };
}

/** What may be asked of it, whether it is here or not. */
function offerOf(profile: Profile): Omit<ProfileSummary, 'available' | 'version' | 'advice'> {
  return {
    id: profile.id,
    label: profile.label,
    takesPrompt: profile.prompt !== null,
    permissionModes: [...(profile.permission?.modes ?? [])],
    takesModel: profile.model !== null,
    models: [...(profile.model?.names ?? [])],
    canResume: profile.resumeArgv !== null,
    canFork: profile.forkArgv !== null,
    isAgent: profile.agent !== null,
  };
}

function firstLine(stdout: string): string {
  const line = stdout.trim().split('\n', 1)[0] ?? '';
  return line.replaceAll(/\p{Cc}/gu, '').slice(0, VERSION_CHARS_MAX);
}
