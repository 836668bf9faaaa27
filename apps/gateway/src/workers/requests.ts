/** Requests to a worker over one connection: numbered, bounded, each with a deadline. */
import { randomUUID } from 'node:crypto';
import { DashboardError, isFailure } from '@dashboard/protocol/errors';
import { parseUserId } from '@dashboard/protocol/ids';
import { REQUEST_TIMEOUT_MS } from '@dashboard/protocol/limits';
import type { Asker } from '@dashboard/protocol/worker/handshake';
import {
  METHODS,
  WorkerResponse,
  type MethodName,
  type ParamsOf,
  type ResultOf,
  type WorkerRequest,
} from '@dashboard/protocol/worker/requests';
import { encodeJson, jsonFrameParser, valueParser } from '@dashboard/runtime/json-frames';
import type { Logger } from '@dashboard/runtime/logger';
import { inSpan, type Piece } from '../tracing/index.ts';
import {
  ALIVE_TIMEOUT_MS,
  ASK_ALIVE_EVERY_MS,
  CREATE_TIMEOUT_MS,
  REQUESTS_OPEN_MAX,
} from './limits.ts';
import { openConnection, type WorkerAddress } from './open-connection.ts';
import { Reconnecting } from './reconnecting.ts';

/** On whose behalf, and under which name both logs have it. */
export interface RequestContext {
  readonly by: Asker;
  readonly requestId: string;
}

/** Refused: whoever asked can mend it. Failed: the worker could not, or did not answer. */
export interface WorkerCallObserver {
  called(
    method: MethodName,
    how: { readonly outcome: 'ok' | 'refused' | 'failed'; readonly tookMs: number },
  ): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const parseResponse = jsonFrameParser('response of a worker', WorkerResponse);

type ParseResult = (result: unknown) => unknown;
const PARSE_RESULT = Object.fromEntries(
  Object.entries(METHODS).map(([name, { result }]) => [
    name,
    valueParser(`${name} result`, result),
  ]),
) as Readonly<Record<MethodName, ParseResult>>;

/** What may take another time than REQUEST_TIMEOUT_MS. */
const TIMEOUTS_MS: Partial<Record<MethodName, number>> = {
  'sessions.create': CREATE_TIMEOUT_MS,
  health: ALIVE_TIMEOUT_MS,
};

export interface WorkerRequestsListener {
  readonly logger: Logger;
  readonly observer: WorkerCallObserver;
  onUp(): void;
  /** It does not answer, though it has not hung up: other connections to it are worth nothing. */
  onHanging(error: Error): void;
}

/** For what the gateway asks by itself: whether the worker is well, and what it measures. */
export function askedByGateway(role: Asker['role'], requestId: string): RequestContext {
  return { by: { userId: OWN_ID, name: 'gateway', role }, requestId };
}

const OWN_ID = parseUserId(randomUUID());
const ALIVE = askedByGateway('observer', 'alive');

export class WorkerRequests {
  readonly #address: WorkerAddress;
  readonly #connection: Reconnecting;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listener: WorkerRequestsListener;
  #number = 0;
  #isAsking = false;
  #stopAsking: (() => void) | undefined;

  constructor(address: WorkerAddress, listener: WorkerRequestsListener) {
    const { logger, onUp } = listener;
    this.#address = address;
    this.#listener = listener;
    this.#connection = new Reconnecting({
      clock: address.clock,
      open: async (events) => await openConnection(address, { for: 'requests' }, events),
      onUp: () => {
        logger.info({ event: 'worker_up' }, 'the worker is reached');
        onUp();
      },
      onFrame: (frame) => this.#onResponse(frame),
      onDown: (err) => {
        logger.warn({ err, event: 'worker_down' }, 'the worker is not reached');
        this.#failAll();
      },
    });
  }

  get isConnected(): boolean {
    return this.#connection.stream !== undefined;
  }

  async start(): Promise<void> {
    this.#stopAsking = this.#address.clock.every(ASK_ALIVE_EVERY_MS, () => void this.#askAlive());
    await this.#connection.start();
  }

  stop(): void {
    this.#stopAsking?.();
    this.#connection.stop();
    this.#failAll();
  }

  /**
   * @throws DashboardError what the worker answers with, worker_unavailable when it is away or goes
   * away meanwhile, deadline_exceeded when it does not answer
   */
  async call<N extends MethodName>(
    method: N,
    params: ParamsOf<N>,
    context: RequestContext,
  ): Promise<ResultOf<N>> {
    const { clock } = this.#address;
    const startedMs = clock.monotonicMs();
    const told = (outcome: 'ok' | 'refused' | 'failed'): void =>
      this.#listener.observer.called(method, {
        outcome,
        tookMs: clock.monotonicMs() - startedMs,
      });
    try {
      const ask = async (): Promise<ResultOf<N>> => await this.#ask(method, params, context);
      const result = await (context === ALIVE ? ask() : inSpan(calling(method), ask));
      told('ok');
      return result;
    } catch (error) {
      told(error instanceof DashboardError && !isFailure(error.code) ? 'refused' : 'failed');
      throw error;
    }
  }

  async #ask<N extends MethodName>(
    method: N,
    params: ParamsOf<N>,
    { by, requestId }: RequestContext,
  ): Promise<ResultOf<N>> {
    const { stream } = this.#connection;
    if (stream === undefined) throw away();
    if (this.#waiting.size >= REQUESTS_OPEN_MAX) {
      throw new DashboardError('rate_limited', 'too many requests wait for the worker');
    }
    const id = ++this.#number;
    const request: WorkerRequest = { id, method, params, by, requestId };
    const answered = this.#answerTo(id, TIMEOUTS_MS[method] ?? REQUEST_TIMEOUT_MS, method);
    stream.write(encodeJson(request));
    // The schema of the row is the parser and the type, which a lookup by union cannot express.
    return PARSE_RESULT[method](await answered) as ResultOf<N>;
  }

  /** A process that is stopped, or swapped out, keeps its connections and serves none of them. */
  async #askAlive(): Promise<void> {
    const { stream } = this.#connection;
    if (stream === undefined || this.#isAsking) return;
    this.#isAsking = true;
    try {
      await this.call('health', {}, ALIVE);
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      const isSame = this.#connection.stream === stream;
      if (error.code !== 'deadline_exceeded' || !isSame) return;
      this.#connection.drop(error);
      this.#listener.onHanging(error);
    } finally {
      this.#isAsking = false;
    }
  }

  async #answerTo(id: number, timeoutMs: number, method: MethodName): Promise<unknown> {
    let cancel: (() => void) | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        cancel = this.#address.clock.after(timeoutMs, () => {
          const message = `the worker took longer than ${timeoutMs} ms for ${method}`;
          reject(new DashboardError('deadline_exceeded', message));
        });
      });
    } finally {
      cancel?.();
      this.#waiting.delete(id);
    }
  }

  #onResponse(frame: Uint8Array): void {
    const response = parseResponse(frame);
    const waiting = this.#waiting.get(response.id); // undefined past its deadline
    if ('result' in response) waiting?.resolve(response.result);
    else waiting?.reject(new DashboardError(response.error.code, response.error.message));
  }

  #failAll(): void {
    for (const { reject } of this.#waiting.values()) reject(away());
  }
}

/** The method is one of a table; what it is asked about is nobody's business. */
function calling(method: MethodName): Piece {
  const attributes = { 'rpc.system.name': 'dashboard-worker', 'rpc.method': method };
  return { name: `worker ${method}`, kind: 'asked', attributes };
}

function away(): DashboardError {
  return new DashboardError('worker_unavailable', 'the worker is not reached right now');
}
