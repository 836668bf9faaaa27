/** Hooks in a person's own settings that write down what they are told, and answer what a test wants. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaudeHome } from '@dashboard/testkit/claude-home';

const EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PermissionRequest',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'Stop',
  'StopFailure',
  'SubagentStart',
  'SubagentStop',
  'PreCompact',
  'PostCompact',
  'SessionEnd',
] as const;
export type HookEvent = (typeof EVENTS)[number];

/** One file for each call, named by when it came and whole from the moment it has that name. */
const RECORD =
  'd="$HOME/hooks"; f="$(date +%s%N)-$$"; cat > "$d/.$f" && mv "$d/.$f" "$d/$f" || exit 0';
/** As long as there is a file `hold` the answer is waited for; without one nothing is decided. */
const ANSWER = 'while [ -e "$HOME/hold" ]; do sleep 0.05; done; cat "$HOME/answer" 2>/dev/null';

export interface HookCall {
  readonly hook_event_name: HookEvent;
  readonly session_id: string;
  readonly cwd: string;
  readonly [field: string]: unknown;
}

export class RecordingHooks {
  readonly #home: ClaudeHome;

  constructor(home: ClaudeHome) {
    this.#home = home;
    mkdirSync(this.#directory);
  }

  /** For the person's settings.json. */
  static settings(): Readonly<Record<string, unknown>> {
    const entries = EVENTS.map((event) => {
      const script = event === 'PermissionRequest' ? `${RECORD}; ${ANSWER}; exit 0` : RECORD;
      const hook = { type: 'command', command: '/bin/sh', args: ['-c', script], timeout: 60 };
      return [event, [{ hooks: [hook] }]];
    });
    return { hooks: Object.fromEntries(entries), permissions: { defaultMode: 'default' } };
  }

  /** Those of one working directory, in the order in which they came. */
  calls(cwd: string): readonly HookCall[] {
    return readdirSync(this.#directory)
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map((name): HookCall => JSON.parse(readFileSync(join(this.#directory, name), 'utf8')))
      .filter((call) => call.cwd === cwd);
  }

  /** From now on permission hooks wait. */
  hold(): void {
    writeFileSync(join(this.#home.directory, 'hold'), '');
  }

  /** What waits decides this. */
  answer(decision: Readonly<Record<string, unknown>>): void {
    const output = { hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } };
    writeFileSync(join(this.#home.directory, 'answer'), JSON.stringify(output));
    this.release();
  }

  /** Nothing waits any longer. */
  release(): void {
    rmSync(join(this.#home.directory, 'hold'), { force: true });
  }

  reset(): void {
    this.release();
    rmSync(join(this.#home.directory, 'answer'), { force: true });
  }

  get #directory(): string {
    return join(this.#home.directory, 'hooks');
  }
}

/** The agent's own record of one working directory. @returns undefined when it has none */
export function registryRecord(
  home: ClaudeHome,
  cwd: string,
): Readonly<Record<string, unknown>> | undefined {
  const sessions = join(home.configDirectory, 'sessions');
  if (!existsSync(sessions)) return undefined;
  return readdirSync(sessions)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => parsed(join(sessions, name)))
    .find((record) => record['cwd'] === cwd);
}

/** Empty while it is being written, or gone again. */
function parsed(path: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8'))];
  } catch {
    return [];
  }
}
