/** Whoever starts something for a test says here how it ends. */
import { onTestFinished } from 'vitest';

/** Runs the tasks after the test, the last one given first. */
export type AtEnd = (task: () => Promise<unknown> | void) => void;

/** For tests that Vitest runs. Playwright's fixtures bring their own. */
export const atTestEnd: AtEnd = (task) => {
  onTestFinished(async () => {
    await task();
  });
};
