/**
 * The threads that parse screens. A session's screen stays on one thread; a thread that dies (out of
 * memory, a fault in xterm.js) is started again and its screens with it, and the worker goes on. One
 * whose screens have gone to sleep is replaced too: nothing else gives back what they took.
 */
import { availableParallelism } from 'node:os';
import { invariant } from '@dashboard/protocol/invariant';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Screen, ScreenEvents, ScreenFactory, ScreenOptions } from '../session/ports.ts';
import {
  THREAD_HEAP_MIB_MAX,
  THREAD_RENEW_AFTER_MS,
  THREAD_RENEW_CHECK_MS,
  THREAD_RENEW_SLEEPERS_PER_AWAKE,
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
  /** Told when a thread was replaced to give back memory. */
  readonly onThreadRenewed?: () => void;
}

interface Thread {
  link: ThreadLink;
  startedAtMs: number;
  /** Screens that have left it to sleep. */
  sleeps: number;
  /** It is not replaced before. */
  renewAtMs: number;
  /** While another is made ready to stand in. */
  renewing: Promise<void> | undefined;
  readonly screens: Map<number, ThreadScreen>;
}

export class ScreenThreads implements ScreenFactory, Part {
  readonly name = 'screen threads';
  readonly #options: ScreenThreadsOptions;
  #threads: Thread[] = [];
  #screens = 0;
  readonly #pauses = new Set<() => void>();
  #stopRenewing: (() => void) | undefined;

  constructor(options: ScreenThreadsOptions) {
    this.#options = options;
  }

  /** @throws DashboardError deadline_exceeded, or Error why a thread could not start */
  async start(): Promise<void> {
    const half = Math.floor(availableParallelism() / 2);
    const count = this.#options.threads ?? Math.min(THREADS_MAX, Math.max(1, half));
    this.#threads = Array.from({ length: count }, () => this.#startThread());
    await Promise.all(this.#threads.map(({ link }) => link.ready()));
    this.#stopRenewing = this.#options.clock.every(THREAD_RENEW_CHECK_MS, () => {
      for (const thread of this.#threads) this.#renewWhereDue(thread);
    });
  }

  async stop(): Promise<void> {
    this.#stopRenewing?.();
    for (const cancel of this.#pauses) cancel();
    this.#pauses.clear();
    const threads = this.#threads;
    this.#threads = [];
    await Promise.all(threads.map(({ link }) => link.stop()));
    for (const { renewing } of threads) await renewing;
  }

  create(options: ScreenOptions, events: ScreenEvents): Screen {
    const [first, ...others] = this.#threads;
    invariant(first !== undefined, 'a screen would have no thread: not started or stopped');
    const thread = others.reduce((a, b) => (b.screens.size < a.screens.size ? b : a), first);
    const number = ++this.#screens;
    const owner = {
      clock: this.#options.clock,
      link: () => thread.link,
      slept: () => void thread.sleeps++,
      closed: () => thread.screens.delete(number),
    };
    const screen = new ThreadScreen(number, owner, { options, events });
    thread.screens.set(number, screen);
    return screen;
  }

  #startThread(): Thread {
    const screens = new Map<number, ThreadScreen>();
    const link = this.#connect(() => thread);
    const thread: Thread = { ...this.#begun(link), renewing: undefined, screens };
    return thread;
  }

  #connect(thread: () => Thread): ThreadLink {
    const { clock, heapMiB = THREAD_HEAP_MIB_MAX, onThreadDied } = this.#options;
    const link: ThreadLink = new ThreadLink({
      clock,
      heapMiB,
      notice: (notice) => thread().screens.get(notice.screen)?.heard(notice),
      died: (cause) => {
        onThreadDied?.(cause);
        if (thread().link === link) this.#replace(thread()); // otherwise nothing was on it yet
      },
    });
    return link;
  }

  #renewWhereDue(thread: Thread): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (thread.renewing !== undefined || nowMs < thread.renewAtMs || thread.sleeps === 0) return;
    if (awakeOn(thread).length * THREAD_RENEW_SLEEPERS_PER_AWAKE > thread.sleeps) return;
    thread.renewAtMs = nowMs + THREAD_RENEW_AFTER_MS;
    thread.renewing = this.#renew(thread).finally(() => (thread.renewing = undefined));
  }

  /** The few that are awake take a nap of a moment; one that is too busy for it puts the rest off. */
  async #renew(thread: Thread): Promise<void> {
    const old = thread.link;
    const fresh = this.#connect(() => thread);
    const isReady = await fresh.ready().then(
      () => true,
      () => false, // told by onThreadDied; the old one goes on
    );
    if (isReady) await Promise.allSettled(awakeOn(thread).map((screen) => screen.hibernate()));
    const isStill = thread.link === old && this.#threads.includes(thread);
    if (!isReady || !isStill || awakeOn(thread).length > 0) return await fresh.stop();
    Object.assign(thread, this.#begun(fresh));
    await old.stop();
    this.#options.onThreadRenewed?.();
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
    const link = this.#connect(() => thread);
    Object.assign(thread, this.#begun(link));
    for (const screen of [...thread.screens.values()]) screen.reopen();
  }

  #begun(link: ThreadLink): Omit<Thread, 'renewing' | 'screens'> {
    const startedAtMs = this.#options.clock.monotonicMs();
    return { link, startedAtMs, renewAtMs: startedAtMs + THREAD_RENEW_AFTER_MS, sleeps: 0 };
  }
}

function awakeOn({ screens }: Thread): ThreadScreen[] {
  return [...screens.values()].filter(({ isAwake }) => isAwake);
}
