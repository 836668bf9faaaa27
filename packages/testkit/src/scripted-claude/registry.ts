/** The agent's own record of what it does: `sessions/<pid>.json` in its directory, gone when it ends. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import { VERSION } from './options.ts';

export type Status =
  | { readonly status: 'busy' | 'idle' }
  | { readonly status: 'waiting'; readonly waitingFor: 'permission prompt' | 'input needed' };

export interface RegistryOptions {
  readonly configDirectory: string;
  readonly directory: string;
  readonly sessionId: string;
  readonly name: string | undefined;
  readonly clock: Clock;
}

/** Of /proc/<pid>/stat: clock ticks from the system's start to the process's. */
const START_TIME_FIELD = 22;

export class Registry {
  readonly #clock: Clock;
  readonly #file: string;
  #record: Readonly<Record<string, unknown>>;
  #status = '';

  /** The real one, too, has no status in its first record. */
  constructor({ configDirectory, directory, sessionId, name, clock }: RegistryOptions) {
    this.#clock = clock;
    const sessions = join(configDirectory, 'sessions');
    mkdirSync(sessions, { recursive: true, mode: 0o700 });
    this.#file = join(sessions, `${process.pid}.json`);
    const nowMs = clock.nowMs();
    this.#record = {
      pid: process.pid,
      sessionId,
      cwd: directory,
      startedAt: nowMs,
      procStart: procStart(),
      version: VERSION.split(' ')[0],
      peerProtocol: 1,
      kind: 'interactive',
      entrypoint: 'cli',
      ...(name === undefined
        ? { name: `scripted-${process.pid}`, nameSource: 'derived' }
        : { name, nameSource: 'user' }),
      nameSince: nowMs,
    };
    this.#write();
  }

  set(status: Status): void {
    const text = JSON.stringify(status);
    if (text === this.#status) return;
    this.#status = text;
    const nowMs = this.#clock.nowMs();
    // JSON leaves out what is undefined: only who waits says for what.
    const now = { waitingFor: undefined, ...status, updatedAt: nowMs, statusUpdatedAt: nowMs };
    this.#record = { ...this.#record, ...now };
    this.#write();
  }

  /** A new conversation in the same process. */
  rename(sessionId: string): void {
    this.#record = { ...this.#record, sessionId };
    this.#write();
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }

  #write(): void {
    writeFileSync(this.#file, JSON.stringify(this.#record), { mode: 0o600 });
  }
}

/** Undefined where there is no /proc. */
function procStart(): string | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The name of the program may hold blanks, and ends the second field with a bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD - 3];
  } catch {
    return undefined;
  }
}
