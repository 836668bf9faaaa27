/** A real program of ours in a process of its own: started, killed as hard as wished, started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { atTestEnd, type AtEnd } from './at-end.ts';
import { until } from './until.ts';

export interface DaemonOptions {
  readonly name: string;
  /** Of the TypeScript file that Node runs. */
  readonly main: string;
  readonly argv?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type LogEntry = Readonly<Record<string, unknown>>;

/** Long enough for a machine with two busy cores; a test that needs it all has failed anyway. */
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 20_000;

export class Daemon {
  #options: DaemonOptions;
  readonly #entries: LogEntry[] = [];
  readonly #stderr: string[] = [];
  #child: ChildProcess | undefined;
  #startedAt = 0;

  constructor(options: DaemonOptions, atEnd: AtEnd = atTestEnd) {
    this.#options = options;
    atEnd(async () => await this.kill('SIGKILL'));
  }

  /** @throws Error when nothing runs */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.#options.name} does not run`);
    return pid;
  }

  /** Everything it has logged, over all its lives. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  get stderr(): string {
    return this.#stderr.join('');
  }

  /** For its next life. */
  setEnv(change: Readonly<Record<string, string>>): void {
    this.#options = { ...this.#options, env: { ...this.#options.env, ...change } };
  }

  /** Returns when it says that it is listening. @throws Error with its output when it ends before */
  async start(): Promise<LogEntry> {
    const { main, argv = [], env } = this.#options;
    this.#startedAt = this.#entries.length;
    const child = spawn(process.execPath, [main, ...argv], {
      env: { ...env, DASHBOARD_TEST_RUN: process.env['DASHBOARD_TEST_RUN'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#onLine(line));
    child.stderr.on('data', (chunk: Buffer) => this.#stderr.push(chunk.toString()));
    return await this.logged('listening', START_TIMEOUT_MS);
  }

  /** Waits for an entry with this `event`, logged since the last start. */
  async logged(event: string, timeoutMs = START_TIMEOUT_MS): Promise<LogEntry> {
    return await until(
      () => {
        const found = this.#entries
          .slice(this.#startedAt)
          .find((entry) => entry['event'] === event);
        if (found !== undefined) return found;
        if (this.#child?.exitCode === null && this.#child.signalCode === null) return undefined;
        throw new Error(`${this.#options.name} ended: ${this.#describe()}`);
      },
      { what: `${this.#options.name} logs ${event}`, timeoutMs },
    );
  }

  /** @returns exit code, or null when the signal ended it */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
      child.kill(signal);
      await exited;
    }
    this.#child = undefined;
    return child.exitCode;
  }

  #onLine(line: string): void {
    try {
      this.#entries.push(JSON.parse(line) as LogEntry);
    } catch {
      this.#stderr.push(`${line}\n`);
    }
  }

  #describe(): string {
    const last = this.#entries.slice(-5).map((entry) => JSON.stringify(entry));
    return [...last, this.stderr].join('\n');
  }
}
