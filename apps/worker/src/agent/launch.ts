/**
 * From a profile and a person's wish to what is executed: arguments and environment, nothing that a
 * shell would read. Name and prompt are a stranger's text and only ever become whole arguments.
 */
import { createHash } from 'node:crypto';
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import { PROMPT_BYTES_MAX } from '@dashboard/protocol/limits';
import type { Environment } from '@dashboard/runtime/config';
import { sessionEnvironment } from './environment.ts';
import type { Profile } from './profiles.ts';

export interface Start {
  readonly session: SessionId;
  readonly name: string;
  readonly prompt: string | undefined;
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
}

/** @throws DashboardError invalid_request when the profile takes no prompt; too_large */
export function launchOf(profile: Profile, start: Start): Launch {
  const values = { uuid: agentSessionId(start.session), name: start.name };
  const own = profile.argv.map((argument) => fill(argument, values));
  return {
    argv: [start.program, ...own, ...promptArguments(profile, start.prompt)],
    env: {
      ...sessionEnvironment(start.environment),
      PWD: start.directory,
      ...profile.env,
    },
  };
}

/**
 * The agent's own id of its conversation, UUIDv4 in form. Made of ours and not by chance, so that
 * the conversation of a session can be named again without a record of it.
 */
export function agentSessionId(session: SessionId): string {
  const hash = createHash('sha256').update(`dashboard agent session\n${session}`).digest();
  const hex = hash.toString('hex');
  const variant = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant.toString(16)}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** One pass: what a value holds is never looked at for placeholders again. */
function fill(argument: string, values: { uuid: string; name: string }): string {
  return argument.replaceAll(/\{(uuid|name)\}/g, (_whole, key) =>
    key === 'uuid' ? values.uuid : values.name,
  );
}

function promptArguments(profile: Profile, prompt: string | undefined): readonly string[] {
  if (prompt === undefined) return [];
  if (profile.prompt === null) {
    throw new DashboardError('invalid_request', `${profile.label} takes no first prompt`);
  }
  // execve(2) refuses an argument over 128 KiB (MAX_ARG_STRLEN), and the whole would not say why.
  if (Buffer.byteLength(prompt) > PROMPT_BYTES_MAX) {
    throw new DashboardError('too_large', `a first prompt has at most ${PROMPT_BYTES_MAX} bytes`);
  }
  // After "--" nothing is an option, also not a prompt that begins with "-".
  return ['--', prompt];
}
