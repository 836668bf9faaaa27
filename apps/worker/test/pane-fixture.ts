/** Real engines in a directory of their own, and a record of what a pane tells, for the tests of both. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeSessionId } from '@dashboard/protocol/ids';
import { systemClock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import { onTestFinished } from 'vitest';
import { PtyEngine } from '../src/pty/index.ts';
import type {
  PaneEngine,
  PaneEvents,
  PaneExit,
  PaneSpec,
  ScreenSeed,
} from '../src/session/ports.ts';
import type { TmuxEngine } from '../src/tmux/index.ts';
import { makeTmuxEngine, PATH } from './tmux-options.ts';

export const SIZE = { cols: 80, rows: 24 };
const WAIT_MS = 15_000;

const execute = promisify(execFile);

export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'engine-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Ends with the test, sessions and server included. */
export async function startTmuxEngine(runtimeDirectory?: string): Promise<TmuxEngine> {
  const engine = makeTmuxEngine(runtimeDirectory ?? (await makeDirectory()));
  await engine.start();
  onTestFinished(() => endTmux(engine));
  return engine;
}

export async function endTmux(engine: TmuxEngine): Promise<void> {
  await engine.stop();
  // Absent when there was no session left; SIGHUP ends the programs of those that were.
  await runTmux(engine, 'kill-server').catch(() => undefined);
}

/** As a person at the machine would. @returns what it printed */
export async function runTmux(engine: TmuxEngine, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('tmux', ['-S', engine.socketPath, ...args]);
  return stdout;
}

export async function startPtyEngine(): Promise<PtyEngine> {
  const engine = new PtyEngine({ clock: systemClock });
  await engine.start();
  onTestFinished(() => engine.stop());
  return engine;
}

export const ENGINES: readonly (readonly ['tmux' | 'pty', () => Promise<PaneEngine>])[] = [
  ['tmux', () => startTmuxEngine()],
  ['pty', () => startPtyEngine()],
];

export function spec(argv: PaneSpec['argv'], more: Partial<PaneSpec> = {}): PaneSpec {
  const id = makeSessionId(systemClock.nowMs(), randomBytes(16));
  const env = { PATH, TERM: 'xterm-256color' };
  return { id, argv, directory: tmpdir(), env, size: SIZE, ...more };
}

export function shell(script: string, more: Partial<PaneSpec> = {}): PaneSpec {
  return spec(['/bin/sh', '-c', script], more);
}

/** What a pane told, and waits for what it will tell. */
export class Recording implements PaneEvents {
  readonly chunks: Uint8Array[] = [];
  readonly gaps: ScreenSeed[] = [];
  /** The output since the last gap. */
  sinceGap: Uint8Array[] = [];
  lastScreen: ScreenSeed | undefined;
  bytes = 0;
  isLost = false;
  readonly #end = Promise.withResolvers<PaneExit | 'lost'>();
  #text: string | undefined;
  readonly #waiting = new Set<() => void>();
  #hasEnded = false;

  output(bytes: Uint8Array): void {
    if (this.#hasEnded) throw new Error('output after the end');
    const kept = Buffer.from(bytes);
    this.chunks.push(kept);
    this.sinceGap.push(kept);
    this.bytes += bytes.length;
    this.#text = undefined;
    this.#wake();
  }

  exit(exit: PaneExit, lastScreen?: ScreenSeed): void {
    if (this.#hasEnded) throw new Error('a second end');
    this.#hasEnded = true;
    this.lastScreen = lastScreen;
    this.#end.resolve(exit);
    this.#wake();
  }

  gap(seed: ScreenSeed): void {
    this.gaps.push(seed);
    this.sinceGap = [];
    this.#wake();
  }

  lost(): void {
    this.isLost = this.#hasEnded = true;
    this.#end.resolve('lost');
    this.#wake();
  }

  get text(): string {
    return (this.#text ??= Buffer.concat(this.chunks).toString());
  }

  get end(): Promise<PaneExit | 'lost'> {
    return within(this.#end.promise, 'the end');
  }

  /** Looks again after each event. */
  async until(isThere: (recording: this) => boolean, what = 'the output'): Promise<void> {
    while (!isThere(this)) {
      if (this.#hasEnded) throw new Error(`${what} never came: ${this.text.slice(-500)}`);
      const event = Promise.withResolvers<void>();
      this.#waiting.add(event.resolve);
      await within(event.promise, `${what} after ${JSON.stringify(this.text.slice(-300))}`);
    }
  }

  untilText(text: string): Promise<void> {
    return this.until((recording) => recording.text.includes(text), JSON.stringify(text));
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

export function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return withDeadline(promise, { clock: systemClock, timeoutMs: WAIT_MS, what });
}
