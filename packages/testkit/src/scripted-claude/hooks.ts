/** Runs the command hooks of the settings as Claude Code does: JSON in, JSON out, all at once. */
import { spawn } from 'node:child_process';
import type { Hook, HookGroup, Settings } from './settings.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface HooksOptions {
  readonly settings: Settings;
  readonly directory: string;
  /** Fields of every event, and of the environment, at the time it happens. */
  readonly common: () => Fields;
  readonly environment: () => NodeJS.ProcessEnv;
}

const TIMEOUT_S = 600;
/** The agent would rather end than wait. */
const SESSION_END_TIMEOUT_S = 1.5;
/** Of these a matcher picks by another field than the tool's name. */
const SUBJECTS = ['tool_name', 'source', 'notification_type', 'error', 'reason', 'trigger'];

export class Hooks {
  readonly #options: HooksOptions;

  constructor(options: HooksOptions) {
    this.#options = options;
  }

  /** @returns what the hooks printed, parsed; those that failed, timed out or said nothing are left out */
  async fire(event: string, fields: Fields = {}): Promise<readonly unknown[]> {
    const outputs = await Promise.all(this.#start(event, fields));
    return outputs.filter((output) => output !== undefined);
  }

  /** Does not wait for the others once one has said something that counts, as the real one does not. */
  async first<T>(
    event: string,
    fields: Fields,
    read: (output: unknown) => T | undefined,
  ): Promise<T | undefined> {
    const outputs = this.#start(event, fields);
    const said = outputs.map(async (output) => {
      const found = read(await output);
      if (found === undefined) throw new Error('it does not decide');
      return found;
    });
    return await Promise.any(said).catch(() => undefined);
  }

  #start(event: string, fields: Fields): readonly Promise<unknown>[] {
    const { settings, common } = this.#options;
    if (settings.disableAllHooks === true) return [];
    const groups = settings.hooks?.[event] ?? [];
    const payload = { ...common(), hook_event_name: event, ...fields };
    const subject = SUBJECTS.map((name) => fields[name]).find((value) => typeof value === 'string');
    const chosen = groups.filter((group) => matches(group, subject ?? ''));
    const fallbackS = event === 'SessionEnd' ? SESSION_END_TIMEOUT_S : TIMEOUT_S;
    return distinct(chosen.flatMap(({ hooks }) => hooks)).map(async (hook) => {
      const output = this.#run(hook, JSON.stringify(payload), hook.timeout ?? fallbackS);
      return hook.async === true ? undefined : await output;
    });
  }

  async #run(hook: Hook, input: string, timeoutS: number): Promise<unknown> {
    const { directory, environment } = this.#options;
    if (hook.type !== 'command' || hook.command === undefined) return undefined;
    const [file, args] =
      hook.args === undefined
        ? (['/bin/sh', ['-c', hook.command]] as const)
        : ([hook.command, hook.args] as const);
    const stdout = await runCommand({
      file,
      args,
      input,
      directory,
      env: environment(),
      timeoutMs: timeoutS * 1_000,
    });
    return parse(stdout);
  }
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

/** @returns what it printed; undefined when it failed or was too slow */
export async function runCommand(command: Command): Promise<string | undefined> {
  const child = spawn(command.file, command.args, {
    cwd: command.directory,
    env: command.env,
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: command.timeoutMs,
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  // A hook may answer without having read what it was told.
  child.stdin.on('error', () => {});
  child.stdin.end(command.input);
  return await new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? stdout : undefined));
  });
}

function matches({ matcher = '' }: HookGroup, subject: string): boolean {
  if (matcher === '' || matcher === '*') return true;
  return new RegExp(`^(?:${matcher})$`).test(subject);
}

/** The same hook in two files runs once. */
function distinct(hooks: readonly Hook[]): readonly Hook[] {
  return [...new Map(hooks.map((hook) => [JSON.stringify(hook), hook])).values()];
}

/** What is no JSON is a remark, and decides nothing. */
function parse(stdout: string | undefined): unknown {
  if (stdout?.trimStart().startsWith('{') !== true) return undefined;
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
