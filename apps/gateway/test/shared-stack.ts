/** One dashboard for all tests of a file: starting it costs a second, and they do not get in each other's way. */
import { startStack, type Stack, type StackOptions } from '@dashboard/testkit/stack';
import { afterAll, beforeAll } from 'vitest';

const START_TIMEOUT_MS = 60_000;

/** @returns the stack, from the first test on */
export function sharedStack(options: StackOptions = {}): () => Stack {
  const tasks: (() => Promise<unknown> | void)[] = [];
  let stack: Stack | undefined;
  beforeAll(async () => {
    stack = await startStack({ ...options, atEnd: (task) => void tasks.push(task) });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    for (const task of tasks.toReversed()) await task();
  }, START_TIMEOUT_MS);
  return () => {
    if (stack === undefined) throw new Error('the stack has not been started');
    return stack;
  };
}
