/**
 * The threads that parse screens. A session's screen stays on one thread; a thread that dies (out of
 * memory, a fault in xterm.js) is started again and its screens with it, and the worker goes on.
 */
import { availableParallelism } from 'node:os';
import { invariant } from '@dashboard/protocol/invariant';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Screen, ScreenEvents, ScreenFactory, ScreenOptions } from '../session/ports.ts';
import {
  THREAD_HEAP_MIB_MAX,
  THREAD_RESTART_PAUSE_MS,
  THREAD_STABLE_MS,
  THREADS_MAX,
} from './limits.ts';
import { ThreadLink } from './thread-link.ts';
import { ThreadScreen } from './thread-screen.ts';

export interface ScreenThreadsOptions {
  readonly clock: Clock;
  /** Half the cores unless given: parsing must leave room for the worker itself. */
  readonly threads?: number;
  /** Memory for JavaScript objects of each. */
  readonly heapMiB?: number;
  /** Told when a thread has died, after which its screens are opened again. */
  readonly onThreadDied?: (cause: Error) => void;
}

interface Thread {
  link: ThreadLink;
  startedAtMs: number;
  readonly screens: Map<number, ThreadScreen>;
}

export class ScreenThreads implements ScreenFactory, Part {
  readonly name = 'screen threads';
  readonly #options: ScreenThreadsOptions;
  #threads: Thread[] = [];
  #screens = 0;
  readonly #pauses = new Set<() => void>();

  constructor(options: ScreenThreadsOptions) {
    this.#options = options;
  }

  /** @throws DashboardError deadline_exceeded, or Error why a thread could not start */
  async start(): Promise<void> {
    const half = Math.floor(availableParallelism() / 2);
    const count = this.#options.threads ?? Math.min(THREADS_MAX, Math.max(1, half));
    this.#threads = Array.from({ length: count }, () => this.#startThread());
    await Promise.all(this.#threads.map(({ link }) => link.ready()));
  }

  async stop(): Promise<void> {
    for (const cancel of this.#pauses) cancel();
    this.#pauses.clear();
    const threads = this.#threads;
    this.#threads = [];
    await Promise.all(threads.map(({ link }) => link.stop()));
  }

  create(options: ScreenOptions, events: ScreenEvents): Screen {
    const [first, ...others] = this.#threads;
    invariant(first !== undefined, 'a screen would have no thread: not started or stopped');
    const thread = others.reduce((a, b) => (b.screens.size < a.screens.size ? b : a), first);
    const number = ++this.#screens;
    const owner = {
      clock: this.#options.clock,
      link: () => thread.link,
      closed: () => thread.screens.delete(number),
    };
    const screen = new ThreadScreen(number, owner, { options, events });
    thread.screens.set(number, screen);
    return screen;
  }

  #startThread(): Thread {
    const screens = new Map<number, ThreadScreen>();
    const startedAtMs = this.#options.clock.monotonicMs();
    const thread: Thread = { link: this.#connect(() => thread), startedAtMs, screens };
    return thread;
  }

  #connect(thread: () => Thread): ThreadLink {
    const { clock, heapMiB = THREAD_HEAP_MIB_MAX, onThreadDied } = this.#options;
    return new ThreadLink({
      clock,
      heapMiB,
      notice: (notice) => thread().screens.get(notice.screen)?.heard(notice),
      died: (cause) => {
        onThreadDied?.(cause);
        this.#replace(thread());
      },
    });
  }

  /** At once, unless it died young: what killed it may come again. */
  #replace(thread: Thread): void {
    const { clock } = this.#options;
    const livedMs = clock.monotonicMs() - thread.startedAtMs;
    if (livedMs >= THREAD_STABLE_MS) return this.#restart(thread);
    const cancel = clock.after(THREAD_RESTART_PAUSE_MS, () => {
      this.#pauses.delete(cancel);
      this.#restart(thread);
    });
    this.#pauses.add(cancel);
  }

  #restart(thread: Thread): void {
    if (!this.#threads.includes(thread)) return;
    thread.startedAtMs = this.#options.clock.monotonicMs();
    thread.link = this.#connect(() => thread);
    for (const screen of [...thread.screens.values()]) screen.reopen();
  }
}
