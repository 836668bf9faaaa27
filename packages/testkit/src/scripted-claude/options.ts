/** The command line of Claude Code as far as a launcher of ours may use it; the rest is refused as there. */
import { parseArgs } from 'node:util';

export const VERSION = '2.1.331 (Claude Code)';

/** As hooks name them; on the command line `manual` means `default`. */
export const MODES = ['default', 'acceptEdits', 'plan', 'auto', 'bypassPermissions'] as const;
export type Mode = (typeof MODES)[number];

export interface Options {
  readonly sessionId: string | undefined;
  /** Of the conversation to go on with. */
  readonly resume: string | undefined;
  readonly name: string | undefined;
  /** A file, or JSON itself. */
  readonly settings: string | undefined;
  readonly mode: Mode | undefined;
  readonly model: string;
  readonly prompt: string | undefined;
}

export class UsageError extends Error {}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws UsageError with the words that the real one prints */
export function parseOptions(argv: readonly string[]): Options | 'version' {
  const { values, positionals } = parse(argv);
  if (values.version === true) return 'version';
  const { 'session-id': sessionId, 'permission-mode': mode } = values;
  if (sessionId !== undefined && !UUID.test(sessionId)) {
    throw new UsageError('Error: Invalid session ID. Must be a valid UUID.');
  }
  return {
    sessionId,
    resume: values.resume,
    name: values.name,
    settings: values.settings,
    mode: mode === undefined ? undefined : modeOf(mode),
    model: values.model ?? 'claude-opus-5-5',
    prompt: positionals[0],
  };
}

/** A function of its own for the type that parseArgs gives. */
function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        'session-id': { type: 'string' },
        resume: { type: 'string', short: 'r' },
        name: { type: 'string', short: 'n' },
        settings: { type: 'string' },
        'permission-mode': { type: 'string' },
        model: { type: 'string' },
        'add-dir': { type: 'string', multiple: true },
        'fork-session': { type: 'boolean' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    throw new UsageError(`error: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function modeOf(text: string): Mode {
  const mode = MODES.find((each) => each === (text === 'manual' ? 'default' : text));
  if (mode === undefined) throw new UsageError(`error: '${text}' is no permission mode`);
  return mode;
}
