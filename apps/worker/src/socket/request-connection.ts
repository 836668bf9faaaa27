/** A gateway's requests: parsed, checked against the role of who asks, answered with a result or an error. */
import { DashboardError, isFailure } from '@dashboard/protocol/errors';
import { requireRole } from '@dashboard/protocol/roles';
import type { Asker } from '@dashboard/protocol/worker/handshake';
import {
  isMethodName,
  METHODS,
  WorkerRequest,
  type MethodName,
  type ParamsOf,
  type ResultOf,
  type WorkerResponse,
} from '@dashboard/protocol/worker/requests';
import type { Clock } from '@dashboard/runtime/clock';
import type { FrameStream, FrameStreamEvents } from '@dashboard/runtime/frame-stream';
import { encodeJson, jsonFrameParser, valueParser } from '@dashboard/runtime/json-frames';
import type { Logger } from '@dashboard/runtime/logger';
import { REQUESTS_MAX } from './limits.ts';

/** What answers each method; a method without a row does not compile. */
export type Answers = {
  readonly [N in MethodName]: (params: ParamsOf<N>, by: Asker) => Promise<ResultOf<N>>;
};

/** Refused: whoever asked can mend it. Failed: we could not. */
export type RequestOutcome = 'ok' | 'refused' | 'failed';

/** Told of each request that was answered. */
export interface RequestObserver {
  answered(
    request: { readonly method: MethodName; readonly requestId: string },
    how: { readonly outcome: RequestOutcome; readonly tookMs: number },
  ): void;
}

export interface RequestDeps {
  readonly answers: Answers;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: RequestObserver;
}

const parseRequest = jsonFrameParser('request', WorkerRequest);

type ParseParams = (params: unknown) => unknown;
const PARSE_PARAMS = Object.fromEntries(
  Object.entries(METHODS).map(([name, { params }]) => [
    name,
    valueParser(`${name} request`, params),
  ]),
) as Readonly<Record<MethodName, ParseParams>>;

export function serveRequests(stream: FrameStream, deps: RequestDeps): FrameStreamEvents {
  let open = 0;
  let isBehind = false;
  /** Whoever asks and does not read the answers must not fill this process with them. */
  const regulate = (): void => {
    if (isBehind || open >= REQUESTS_MAX) stream.pause();
    else stream.resume();
  };
  const settle = (response: WorkerResponse): void => {
    open--;
    isBehind = !stream.write(encodeJson(response));
    regulate();
  };
  return {
    frame(bytes) {
      const request = parseRequest(bytes); // what is none ends the connection
      open++;
      regulate();
      void respond(request, deps).then(settle);
    },
    drain: () => {
      isBehind = false;
      regulate();
    },
    closed: () => undefined,
  };
}

async function respond(request: WorkerRequest, deps: RequestDeps): Promise<WorkerResponse> {
  const { answers, clock, logger, observer } = deps;
  const { id, method, requestId } = request;
  const startedMs = clock.monotonicMs();
  const told = (outcome: RequestOutcome): void => {
    // Of a method that is not ours there is no series: a peer could make up any number of names.
    if (!isMethodName(method)) return;
    observer.answered({ method, requestId }, { outcome, tookMs: clock.monotonicMs() - startedMs });
  };
  try {
    const result = await answer(request, answers);
    told('ok');
    return { id, result };
  } catch (error) {
    const described = describe(error, request, logger);
    told(isFailure(described.code) ? 'failed' : 'refused');
    return { id, error: described };
  }
}

async function answer(request: WorkerRequest, answers: Answers): Promise<unknown> {
  const { method, params, by } = request;
  if (!isMethodName(method)) {
    throw new DashboardError('not_found', `this worker has no method ${method}`);
  }
  requireRole(by.role, METHODS[method].access);
  const parsed = PARSE_PARAMS[method](params);
  // Row and parser have the same name, which the types of a lookup by union cannot express.
  const handle = answers[method] as (params: unknown, by: Asker) => Promise<unknown>;
  return await handle(parsed, by);
}

function describe(
  error: unknown,
  { method, requestId }: WorkerRequest,
  logger: Logger,
): Extract<WorkerResponse, { error: unknown }>['error'] {
  if (error instanceof DashboardError) {
    logger.info({ requestId, method, code: error.code, hint: error.hint }, error.message);
    return { code: error.code, message: error.message };
  }
  logger.error({ err: error, requestId, method }, 'a request failed unexpectedly');
  return { code: 'internal', message: `the worker failed, request ${requestId}` };
}
