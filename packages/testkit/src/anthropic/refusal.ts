/** The errors that the fake endpoint answers with when a prompt asks for one. */
import { firstWord, type Act } from './acts.ts';

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

const LIMIT_RESETS_AFTER_S = 3_600;

/** "529 3" of an ERR: three times 529, each with leave to try again; 0 is for good. */
export function failureOf({ rest }: Act): { readonly status: number; readonly times: number } {
  const [status, times] = firstWord(rest);
  return { status: Number(status) || 500, times: Number(times) || 0 };
}

export function failure(status: number, mayRetry: boolean): Refusal {
  return {
    status,
    // The client tries ten times with growing pauses where nothing tells it not to.
    headers: { 'x-should-retry': String(mayRetry) },
    body: problem(status, `The fake endpoint was asked for ${status}`),
  };
}

/** As for an account whose five hours are used up. */
export function limitReached({ rest }: Act, nowMs: number): Refusal {
  const resetsAt = Math.ceil(nowMs / 1_000) + (Number(rest) || LIMIT_RESETS_AFTER_S);
  return {
    status: 429,
    headers: {
      'x-should-retry': 'false',
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-reset': String(resetsAt),
      'anthropic-ratelimit-unified-5h-status': 'rejected',
      'anthropic-ratelimit-unified-5h-utilization': '1',
      'anthropic-ratelimit-unified-5h-reset': String(resetsAt),
    },
    body: problem(429, 'This request would exceed the limit of your account.'),
  };
}

export function problem(status: number, message: string): unknown {
  return { type: 'error', error: { type: TYPES[status] ?? 'api_error', message } };
}
