/** The body of every failed request: a problem document (RFC 9457) with a code of ours. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { DashboardError, ERROR_CODES, ERRORS, type ErrorCode } from './errors.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export const Problem = Type.Object(
  {
    type: Type.Literal('about:blank'),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.Unsafe<ErrorCode>(Type.String({ enum: [...ERROR_CODES] })),
    /** What went wrong, in words, for the person who asked. */
    title: Type.String(),
    /** What that person can do. */
    detail: Type.String(),
    isRetryable: Type.Boolean(),
    requestId: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type Problem = Readonly<Static<typeof Problem>>;

export function toProblem(error: DashboardError, requestId?: string): Problem {
  const { httpStatus, remedy, retryable } = ERRORS[error.code];
  return {
    type: 'about:blank',
    status: httpStatus,
    code: error.code,
    title: error.message,
    detail: remedy,
    isRetryable: retryable,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Reads a body that should be a problem; anything else becomes `internal`. */
export function fromProblem(body: unknown, status: number): DashboardError {
  if (Value.Check(Problem, body)) return new DashboardError(body.code, body.title);
  return new DashboardError('internal', `the server answered ${status} without saying why`);
}
