/** Requests to a worker over one connection: numbered, bounded, each with a deadline. */
import { DashboardError } from '@dashboard/protocol/errors';
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
import { CREATE_TIMEOUT_MS, REQUESTS_OPEN_MAX } from './limits.ts';
import { openConnection, type WorkerAddress } from './open-connection.ts';
import { Reconnecting } from './reconnecting.ts';

/** On whose behalf, and under which name both logs have it. */
export interface RequestContext {
  readonly by: Asker;
  readonly requestId: string;
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

/** What may take longer than REQUEST_TIMEOUT_MS. */
const TIMEOUTS_MS: Partial<Record<MethodName, number>> = { 'sessions.create': CREATE_TIMEOUT_MS };

export class WorkerRequests {
  readonly #address: WorkerAddress;
  readonly #connection: Reconnecting;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;

  constructor(address: WorkerAddress, { logger, onUp }: { logger: Logger; onUp: () => void }) {
    this.#address = address;
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
    await this.#connection.start();
  }

  stop(): void {
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

function away(): DashboardError {
  return new DashboardError('worker_unavailable', 'the worker is not reached right now');
}
