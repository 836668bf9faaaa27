/**
 * The worker's end of one screen thread: sends, matches answers to what was asked, and tells when
 * the thread is gone. It does not start another; whoever owns it does.
 */
import { Worker } from 'node:worker_threads';
import { DashboardError } from '@dashboard/protocol/errors';
import { invariant } from '@dashboard/protocol/invariant';
import type { Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import { ANSWER_TIMEOUT_MS, THREAD_START_TIMEOUT_MS, THREAD_YOUNG_HEAP_MIB_MAX } from './limits.ts';
import {
  parseFromThread,
  type Answer,
  type FromThread,
  type Notice,
  type ToThread,
} from './messages.ts';

export interface LinkOptions {
  readonly clock: Clock;
  readonly heapMiB: number;
  notice(notice: Notice): void;
  /** Once, when the thread ended without having been told to. */
  died(cause: Error): void;
}

export class ThreadLink {
  readonly #worker: Worker;
  readonly #options: LinkOptions;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #ready = Promise.withResolvers<void>();
  #requests = 0;
  #isOver = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#ready.promise.catch(() => undefined); // ready() tells whoever asks
    this.#worker = new Worker(new URL('./screen-thread.ts', import.meta.url), {
      name: 'screens',
      // What reads the output of any program has nothing to learn there. And `node --watch` asks by a
      // variable for every import of a thread, which then come as messages that are none of ours.
      env: {},
      resourceLimits: {
        maxOldGenerationSizeMb: options.heapMiB,
        maxYoungGenerationSizeMb: THREAD_YOUNG_HEAP_MIB_MAX,
      },
    });
    this.#worker.on('message', (message: unknown) => this.#onMessage(message));
    this.#worker.on('error', (error) => this.#onEnd(error));
    this.#worker.on('exit', (code) => this.#onEnd(new Error(`screen thread exited with ${code}`)));
  }

  /** @throws DashboardError deadline_exceeded, or Error why the thread could not start */
  ready(): Promise<void> {
    const { clock } = this.#options;
    const what = 'start a screen thread';
    return withDeadline(this.#ready.promise, { clock, timeoutMs: THREAD_START_TIMEOUT_MS, what });
  }

  send(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#isOver) this.#worker.postMessage(message, transfer);
  }

  /** @throws DashboardError deadline_exceeded; internal when the thread ends first */
  ask(make: (request: number) => ToThread, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    const request = ++this.#requests;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(request, waiting);
    if (this.#isOver) waiting.reject(goneError());
    else this.#worker.postMessage(make(request), transfer);
    const { clock } = this.#options;
    const bounded = withDeadline(waiting.promise, {
      clock,
      timeoutMs: ANSWER_TIMEOUT_MS,
      what: 'screen',
    });
    return bounded.finally(() => this.#waiting.delete(request));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#rejectAll();
    await this.#worker.terminate();
  }

  #onMessage(raw: unknown): void {
    if (this.#isOver) return;
    const message = this.#parse(raw);
    if (message === undefined) return;
    if (message.kind === 'ready') this.#ready.resolve();
    else if ('request' in message) this.#waiting.get(message.request)?.resolve(message);
    else this.#options.notice(message);
  }

  /** A thread that says what no thread of ours says is as good as dead. */
  #parse(raw: unknown): FromThread | undefined {
    try {
      return parseFromThread(raw);
    } catch (error) {
      void this.#worker.terminate();
      this.#onEnd(error);
      return undefined;
    }
  }

  #onEnd(cause: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const error = cause instanceof Error ? cause : new Error('screen thread failed', { cause });
    this.#ready.reject(error);
    this.#rejectAll();
    this.#options.died(error);
  }

  #rejectAll(): void {
    for (const waiting of this.#waiting.values()) waiting.reject(goneError());
  }
}

function goneError(): DashboardError {
  return new DashboardError('internal', 'the thread that held this screen has ended');
}

/** @throws InvariantError when the thread answered something else than it was asked */
export function expectAnswer<Kind extends Answer['kind']>(
  answer: Answer,
  kind: Kind,
): Extract<Answer, { kind: Kind }> {
  invariant(isKind(answer, kind), 'an answer would be taken for another');
  return answer;
}

function isKind<Kind extends Answer['kind']>(
  answer: Answer,
  kind: Kind,
): answer is Extract<Answer, { kind: Kind }> {
  return answer.kind === kind;
}
