/** Turns a burst of wished sizes into one resize: the first at once, the last when they rest. */
import { isSameSize, type TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Clock } from '@dashboard/runtime/clock';
import { RESIZE_DEBOUNCE_MS } from './limits.ts';

export class Resizer {
  readonly #clock: Clock;
  readonly #apply: (size: TerminalSize) => void;
  #current: TerminalSize;
  #wished: TerminalSize | undefined;
  #appliedAtMs = -Infinity;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, current: TerminalSize, apply: (size: TerminalSize) => void) {
    this.#clock = clock;
    this.#current = current;
    this.#apply = apply;
  }

  wish(size: TerminalSize): void {
    this.#wished = size;
    this.#cancel?.();
    const restedMs = this.#clock.monotonicMs() - this.#appliedAtMs;
    if (restedMs >= RESIZE_DEBOUNCE_MS) this.#settle();
    else this.#cancel = this.#clock.after(RESIZE_DEBOUNCE_MS, () => this.#settle());
  }

  dispose(): void {
    this.#cancel?.();
  }

  #settle(): void {
    const size = this.#wished;
    this.#cancel = this.#wished = undefined;
    if (size === undefined || isSameSize(size, this.#current)) return;
    this.#current = size;
    this.#appliedAtMs = this.#clock.monotonicMs();
    this.#apply(size);
  }
}
