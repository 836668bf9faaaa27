/** The clock of a browser tab. The page may take only types from the runtime, which is made for daemons. */
import type { Clock } from '@dashboard/runtime/clock';

export const browserClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, task) {
    const timer = setInterval(task, periodMs);
    return () => clearInterval(timer);
  },
  soon(task) {
    setTimeout(task);
  },
};
