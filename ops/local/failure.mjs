/** What a person can put right: printed in words, without a stack. All else that is thrown is a bug. */
export class Failure extends Error {
  /**
   * @param {string} message what is wrong
   * @param {{ advice?: string | undefined, exitCode?: number, cause?: unknown }} [more]
   */
  constructor(message, more = {}) {
    super(message, { cause: more.cause });
    this.name = 'Failure';
    this.advice = more.advice;
    this.exitCode = more.exitCode ?? 1;
  }
}

/**
 * @param {unknown} error
 * @returns {string | undefined} as the system names it: ENOENT, EADDRINUSE …
 */
export function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
