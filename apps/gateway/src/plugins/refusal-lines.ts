/**
 * Which refused requests are written about: in each window the first of every code, and of the rest
 * how many there were. A stranger may be refused ten thousand times a second, and a log that takes a
 * line for each has no room left for what matters. What has none is counted in the metrics.
 */
import type { ErrorCode } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import { REFUSALS_TOLD_MAX, REFUSALS_WINDOW_MS } from '../limits.ts';

/** @param count of the refusals that were not written about */
export type TellRest = (rest: { readonly code: ErrorCode; readonly count: number }) => void;

export class RefusalLines {
  readonly #clock: Clock;
  readonly #tellRest: TellRest;
  /** Of this window; no more entries than there are codes. */
  readonly #counts = new Map<ErrorCode, number>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, tellRest: TellRest) {
    this.#clock = clock;
    this.#tellRest = tellRest;
  }

  /** Counts one. @returns whether it is written about */
  hasRoomFor(code: ErrorCode): boolean {
    this.#cancel ??= this.#clock.after(REFUSALS_WINDOW_MS, () => this.endWindow());
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    return count <= REFUSALS_TOLD_MAX;
  }

  /** Also when the gateway stops, so that none goes uncounted. */
  endWindow(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const [code, count] of this.#counts) {
      if (count > REFUSALS_TOLD_MAX) this.#tellRest({ code, count: count - REFUSALS_TOLD_MAX });
    }
    this.#counts.clear();
  }
}
