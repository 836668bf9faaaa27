/**
 * From a profile and a person's wish to what is executed: arguments and environment, nothing that a
 * shell would read. Name and prompt are a stranger's text and only ever become whole arguments.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import { PROMPT_BYTES_MAX } from '@dashboard/protocol/limits';
import type { Environment } from '@dashboard/runtime/config';
import { sessionEnvironment } from './environment.ts';
import type { Profile } from './profiles.ts';
import { uuidOf } from './uuid-of.ts';

export interface Start {
  /** Whether it begins a conversation, whose id is then what the profile makes of it, or goes on. */
  readonly conversation: { readonly id: string; readonly isBegun: boolean };
  readonly name: string;
  readonly prompt: string | undefined;
  readonly permissionMode: string | undefined;
  readonly model: string | undefined;
  /** Absolute path of the settings file that is written for this session, if the profile names it. */
  readonly settings: string;
  /** Absolute, without links; where the program will run. */
  readonly directory: string;
  /** Absolute path of the profile's program. */
  readonly program: string;
  /** Environment of the worker itself; most of it stays there. */
  readonly environment: Environment;
}

export interface Launch {
  readonly argv: readonly [string, ...string[]];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** The agent's own id of its conversation, where the arguments say it; null elsewhere. */
  readonly conversation: string | null;
}

/** @throws DashboardError invalid_request when the profile does not take what is asked; too_large */
export function launchOf(profile: Profile, start: Start): Launch {
  const { conversation, name, settings } = start;
  const { id } = conversation;
  const begin = beginArgv(profile, conversation);
  const own = begin.map((argument) =>
    fill(argument, { uuid: id, conversation: id, name, settings }),
  );
  const chosen = [...modeArguments(profile, start), ...modelArguments(profile, start)];
  return {
    argv: [start.program, ...own, ...chosen, ...promptArguments(profile, start.prompt)],
    env: {
      ...sessionEnvironment(start.environment),
      PWD: start.directory,
      ...profile.env,
    },
    conversation: begin.some((argument) => /\{(uuid|conversation)\}/.test(argument)) ? id : null,
  };
}

/** Whether what is started so is to have a settings file of ours. */
export function takesSettings(profile: Profile, conversation: Start['conversation']): boolean {
  return beginArgv(profile, conversation).some((argument) => argument.includes('{settings}'));
}

/** @throws DashboardError not_resumable */
function beginArgv({ argv, resumeArgv, label }: Profile, { isBegun }: Start['conversation']) {
  if (!isBegun) return argv;
  if (resumeArgv !== null) return resumeArgv;
  throw new DashboardError('not_resumable', `${label} cannot go on with a conversation`);
}

/**
 * The agent's own id of its conversation, UUIDv4 in form. Made of ours and not by chance, so that
 * the conversation of a session can be named again without a record of it.
 */
export function agentSessionId(session: SessionId): string {
  return uuidOf(`dashboard agent session\n${session}`);
}

/** One pass: what a value holds is never looked at for placeholders again. */
function fill(argument: string, values: Readonly<Record<string, string>>): string {
  return argument.replaceAll(/\{([a-z]+)\}/g, (whole, key: string) =>
    Object.hasOwn(values, key) ? (values[key] ?? whole) : whole,
  );
}

function modeArguments(profile: Profile, { permissionMode: mode }: Start): readonly string[] {
  if (mode === undefined) return [];
  if (profile.permission?.modes.includes(mode) !== true) {
    throw refusal(`${profile.label} offers no permission mode ${mode}`);
  }
  return profile.permission.argv.map((argument) => fill(argument, { mode }));
}

function modelArguments(profile: Profile, { model }: Start): readonly string[] {
  if (model === undefined) return [];
  if (profile.model === null) throw refusal(`${profile.label} takes no model`);
  return profile.model.argv.map((argument) => fill(argument, { model }));
}

function promptArguments(profile: Profile, prompt: string | undefined): readonly string[] {
  if (prompt === undefined) return [];
  if (profile.prompt === null) throw refusal(`${profile.label} takes no first prompt`);
  // execve(2) refuses an argument over 128 KiB (MAX_ARG_STRLEN), and the whole would not say why.
  if (Buffer.byteLength(prompt) > PROMPT_BYTES_MAX) {
    throw new DashboardError('too_large', `a first prompt has at most ${PROMPT_BYTES_MAX} bytes`);
  }
  if (profile.prompt.via === 'paste') return []; // it waits in the queue until the program runs
  return profile.prompt.argv.map((argument) => fill(argument, { prompt }));
}

function refusal(message: string): DashboardError {
  return new DashboardError('invalid_request', message);
}
