/** Bounds a wait for something that another process, a disk or a person may never deliver. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { Clock } from './clock.ts';

export interface Deadline {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Named in the error: "create session". */
  readonly what: string;
}

/** @throws DashboardError deadline_exceeded; the promise itself goes on and its result is dropped */
export async function withDeadline<T>(promise: Promise<T>, deadline: Deadline): Promise<T> {
  const { clock, timeoutMs, what } = deadline;
  let cancel: (() => void) | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(timeoutMs, () => {
      reject(new DashboardError('deadline_exceeded', `${what} took longer than ${timeoutMs} ms`));
    });
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel?.();
  }
}
