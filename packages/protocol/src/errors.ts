/** Failures that are expected, as errors: each has a code of the one closed table. */
import { ERRORS } from './error-table.ts';

export { ERRORS };

export type ErrorCode = keyof typeof ERRORS;

/** The codes alone, for schemas. */
export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(ERRORS, text);
}

/** Whether it is ours to mend, as against something that whoever asked can. */
export function isFailure(code: ErrorCode): boolean {
  return ERRORS[code].httpStatus >= 500;
}

interface ErrorDetails {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly retryAfterMs?: number;
}

/** An expected failure. Anything else that is thrown is a bug, and becomes a 500. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';
  readonly code: ErrorCode;
  /** What the person who reads the log can do about it; never sent to a browser. */
  readonly hint: string | undefined;
  /** When trying again may help; becomes Retry-After. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, more: ErrorDetails = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.hint = more.hint;
    this.retryAfterMs = more.retryAfterMs;
  }
}
