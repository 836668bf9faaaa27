/** What a person can put right: printed in words, without a stack. Anything else that is thrown is a bug. */
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
