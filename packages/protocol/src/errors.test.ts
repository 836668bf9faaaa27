/** The table of failures, and the problem documents made of it. */
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { DashboardError, ERROR_CODES, ERRORS, isErrorCode } from './errors.ts';
import { fromProblem, Problem, toProblem } from './problem.ts';

/** RFC 6455 and its registry: message too big, internal error, service restart. */
const REGISTERED_CLOSE_CODES = [1009, 1011, 1012];

test.each(ERROR_CODES)('%s has a status, a close code and a remedy that fit', (code) => {
  const { httpStatus, closeCode, remedy } = ERRORS[code];
  expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  expect(httpStatus).toBeGreaterThanOrEqual(400);
  expect(httpStatus).toBeLessThan(600);
  if (!REGISTERED_CLOSE_CODES.includes(closeCode)) expect(closeCode).toBe(4000 + httpStatus);
  expect(remedy).toMatch(/^[A-Z].*\.$/);
});

test('trying again helps where time does: otherwise only with another ticket', () => {
  const passesWithTime = (status: number) => status === 408 || status === 429 || status >= 500;
  const others = ERROR_CODES.filter((code) => {
    const { retryable, httpStatus } = ERRORS[code];
    return retryable !== passesWithTime(httpStatus);
  });
  expect(others).toEqual(['invalid_ticket']);
});

test('only codes of the table are codes', () => {
  for (const code of ERROR_CODES) expect(isErrorCode(code)).toBe(true);
  for (const text of ['', 'toString', '__proto__', 'constructor', 'INTERNAL', 500, null]) {
    expect(isErrorCode(text)).toBe(false);
  }
});

test('an error says what it is and keeps its cause and its hint', () => {
  const cause = new Error('disk');
  const error = new DashboardError('internal', 'it broke', { cause, hint: 'look at the disk' });
  expect(error).toMatchObject({
    name: 'DashboardError',
    code: 'internal',
    hint: 'look at the disk',
  });
  expect(error.cause).toBe(cause);
});

test.each(ERROR_CODES)('%s comes back from a problem document', (code) => {
  const error = new DashboardError(code, 'this went wrong', { hint: 'for the log alone' });
  const problem: unknown = JSON.parse(JSON.stringify(toProblem(error, 'req-1')));
  expect(Value.Check(Problem, problem)).toBe(true);
  expect(problem).toMatchObject({ status: ERRORS[code].httpStatus, requestId: 'req-1' });
  expect(JSON.stringify(problem)).not.toContain('for the log');
  const back = fromProblem(problem, ERRORS[code].httpStatus);
  expect(back).toMatchObject({ code, message: 'this went wrong' });
});

test('any other body is an internal error that names the status', () => {
  const bodies = fc.oneof(fc.jsonValue(), fc.constant(undefined));
  fc.assert(
    fc.property(bodies, (body) => {
      const error = fromProblem(body, 418);
      expect(error.code).toBe('internal');
      expect(error.message).toContain('418');
    }),
  );
  const forged = { ...toProblem(new DashboardError('conflict', 'x')), code: 'no_such_code' };
  expect(fromProblem(forged, 409).code).toBe('internal');
});
