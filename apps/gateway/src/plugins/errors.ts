/**
 * Turns whatever is thrown into a problem document. A DashboardError says what it says; a request
 * that fails its schema hears which field; of our own bugs a stranger learns the request id alone.
 */
import { DashboardError, ERRORS, isFailure, type ErrorCode } from '@dashboard/protocol/errors';
import { PROBLEM_MEDIA_TYPE, toProblem } from '@dashboard/protocol/problem';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { isTold, REQUEST_ID_HEADER } from './request-log.ts';

/** What Fastify itself refuses, in our words. */
const FASTIFY_ERRORS: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};
const TOO_MANY = 429;
const SECOND_MS = 1_000;

export const errors = fp(
  async (app) => {
    app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  },
  { name: 'errors', fastify: '5.x' },
);

/** Also for what fails before a route is found, where neither hooks nor the error handler are called. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
  const known = toKnown(error);
  if (known === undefined) {
    request.log.error({ err: error }, 'unexpected failure');
  } else if (isFailure(known.code) || isTold(request, known.code)) {
    request.log.info({ code: known.code, hint: known.hint, cause: known.cause }, known.message);
  }
  const shown =
    known ?? new DashboardError('internal', `The server failed; request ${request.id}.`);
  const { httpStatus } = ERRORS[shown.code];
  // Whoever refuses may not know for how long: a place comes free when somebody else is done.
  const retryAfterMs = shown.retryAfterMs ?? (httpStatus === TOO_MANY ? SECOND_MS : undefined);
  if (retryAfterMs !== undefined) {
    void reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / SECOND_MS)));
  }
  return reply
    .code(httpStatus)
    .headers({ [REQUEST_ID_HEADER]: request.id, 'x-content-type-options': 'nosniff' })
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(toProblem(shown, request.id)));
}

/** @returns undefined for a bug */
function toKnown(error: unknown): DashboardError | undefined {
  if (error instanceof DashboardError) return error;
  if (!isFastifyError(error)) return undefined;
  if (error.validation !== undefined) {
    return new DashboardError('invalid_request', validationInWords(error));
  }
  const code = FASTIFY_ERRORS[error.code];
  if (code !== undefined) return new DashboardError(code, error.message);
  const isTheirs = error.statusCode !== undefined && error.statusCode < 500;
  return isTheirs ? new DashboardError('invalid_request', error.message) : undefined;
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** Names the field and the rule, never what was sent: it may be a password. */
function validationInWords(error: FastifyError): string {
  const [first] = error.validation ?? [];
  const validationContext = error.validationContext ?? 'request';
  if (first === undefined) return `${validationContext} is not valid`;
  const extra = first.params['additionalProperty'];
  const unknownField = typeof extra === 'string' ? `: ${JSON.stringify(extra.slice(0, 40))}` : '';
  return `${validationContext}${first.instancePath} ${first.message ?? 'is not valid'}${unknownField}`;
}
