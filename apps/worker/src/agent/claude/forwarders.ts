/**
 * The two programs that Claude Code runs for us: one carries a hook to the worker's socket, one its
 * status line, with the user's own behind it. They lie in the directory of sockets and are written at
 * each start, so that an agent that outlives the worker's old release runs the new one's.
 *
 * A hook brings the number of its process: agents do not wait for all of them, and they may overtake
 * each other. Whatever fails, a hook ends with 0 and prints nothing: to the agent that means "go on", while any
 * other end would stop its tool or be shown to the person. curl starts in a third of Node's time.
 */
import { join } from 'node:path';
import { HOOK_TIMEOUT_S } from '../limits.ts';

export interface ForwarderPlaces {
  /** Absolute: of the two programs and of the directories of sessions. */
  readonly directory: string;
  readonly socketPath: string;
  /** Absolute; undefined where there is none. */
  readonly curl: string | undefined;
  /** Absolute: Node, and the program that does what curl would. */
  readonly node: string;
  readonly postProgram: string;
}

/** In a session's directory: one header a line, with its token; no argument that ps(1) would show. */
export const HEADERS_FILE = 'headers';
/** The number of the process that the agent started. */
export const HOOK_PROCESS_HEADER = 'hook-process';
/** In a session's directory: the user's own status line, as the shell is to run it. */
export const OWN_STATUS_LINE_FILE = 'status-line';

export function hookForwarderPath(directory: string): string {
  return join(directory, 'forward-hook');
}

export function statusLineForwarderPath(directory: string): string {
  return join(directory, 'forward-status-line');
}

/** Arguments: the session's directory, the event, how many seconds an answer may take. */
export function hookForwarder(places: ForwarderPlaces): string {
  return [
    '#!/bin/sh',
    '# Written by the dashboard worker. Carries one hook to it; prints its answer, if there is one.',
    'session=${1##*/}',
    `answer=$(${post(places, '"$3"', '"/sessions/$session/hooks/$2"')} 2>/dev/null) || exit 0`,
    'printf %s "$answer" 2>/dev/null',
    'exit 0',
    '',
  ].join('\n');
}

/** Argument: the session's directory. Prints what the user's own status line prints. */
export function statusLineForwarder(places: ForwarderPlaces): string {
  const send = post(places, `${HOOK_TIMEOUT_S}`, '"/sessions/$session/status-line"');
  return [
    '#!/bin/sh',
    '# Written by the dashboard worker. Tells it what the status line was told, then runs your own.',
    'session=${1##*/}',
    'input=$(cat)',
    `printf %s "$input" | ${send} >/dev/null 2>&1 &`,
    `[ -s "$1/${OWN_STATUS_LINE_FILE}" ] || exit 0`,
    `printf %s "$input" | /bin/sh -c "$(cat "$1/${OWN_STATUS_LINE_FILE}")"`,
    '',
  ].join('\n');
}

/** @param seconds @param path both as the shell is to read them */
function post(
  { curl, socketPath, node, postProgram }: ForwarderPlaces,
  seconds: string,
  path: string,
) {
  const headers = `"$1/${HEADERS_FILE}"`;
  if (curl === undefined) {
    const given = [node, postProgram, socketPath].map(quote).join(' ');
    return `${given} ${headers} ${seconds} ${path} $$`;
  }
  return [
    // -q first: what the user has in ~/.curlrc is not for us.
    `${quote(curl)} -q --silent --fail --noproxy '*' --unix-socket ${quote(socketPath)}`,
    `--connect-timeout 0.2 --max-time ${seconds} -H @${headers} -H 'Expect:' -H "${HOOK_PROCESS_HEADER}: $$"`,
    `--data-binary @- http://worker${path}`,
  ].join(' ');
}

/** For a POSIX shell; a path may hold anything but NUL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
