/**
 * Wheels and fingers, in rows. The scrollback moves under both. A full-screen program has none: it
 * is pressed an arrow key for each row, as terminals do, or told of the wheel if it asked for that.
 */
import type { Terminal } from '@xterm/xterm';

/** Where a finger is, in pixels of the window. */
export interface Place {
  readonly clientX: number;
  readonly clientY: number;
}

/** A notch of a wheel is three rows, and browsers say 120 for it. */
const WHEEL_DELTA_OF_A_ROW = 40;

/** Safari and Chromium tell notches besides pixels; Firefox only one of both, or lines. */
type AnyWheelEvent = WheelEvent & { readonly wheelDeltaY?: number };

export class Scrolling {
  readonly #xterm: Terminal;
  readonly #element: HTMLElement;
  /** Less than a row, of a wheel or a finger. */
  #rest = 0;

  constructor(xterm: Terminal, element: HTMLElement) {
    this.#xterm = xterm;
    this.#element = element;
    xterm.attachCustomWheelEventHandler((event) => this.#onWheel(event));
  }

  /** @param pixels of a finger that moves up are positive, as those of a wheel that rolls down */
  byFinger(pixels: number, place: Place): void {
    const rows = this.#wholeRows(pixels / this.#rowHeight);
    if (rows === 0) return;
    if (this.#xterm.modes.mouseTrackingMode !== 'none') this.#tellWheel(rows, place);
    else if (this.#isFullScreen) this.#pressArrows(rows);
    else this.#xterm.scrollLines(rows);
  }

  /** @returns whether xterm.js shall handle it; of a full screen it would press one arrow, always */
  #onWheel(event: AnyWheelEvent): boolean {
    if (this.#xterm.modes.mouseTrackingMode !== 'none' || !this.#isFullScreen) return true;
    event.preventDefault();
    if (!event.shiftKey) this.#pressArrows(this.#wholeRows(this.#rowsOf(event)));
    return false;
  }

  #rowsOf({ deltaMode, deltaY, wheelDeltaY }: AnyWheelEvent): number {
    if (wheelDeltaY !== undefined) return -wheelDeltaY / WHEEL_DELTA_OF_A_ROW;
    return deltaMode === WheelEvent.DOM_DELTA_PIXEL ? deltaY / this.#rowHeight : deltaY;
  }

  #wholeRows(rows: number): number {
    const sum = this.#rest + rows;
    const whole = Math.trunc(sum);
    this.#rest = sum - whole;
    return whole;
  }

  #pressArrows(rows: number): void {
    const prefix = this.#xterm.modes.applicationCursorKeysMode ? '\x1bO' : '\x1b[';
    const count = Math.min(Math.abs(rows), this.#xterm.rows);
    if (count > 0) this.#xterm.input(`${prefix}${rows < 0 ? 'A' : 'B'}`.repeat(count), true);
  }

  /** By events, since only xterm.js knows how the program wants to be told. */
  #tellWheel(rows: number, place: Place): void {
    const target = this.#element.querySelector('.xterm-screen') ?? this.#element;
    const notch = { deltaMode: WheelEvent.DOM_DELTA_LINE, bubbles: true, cancelable: true };
    for (let left = Math.min(Math.abs(rows), this.#xterm.rows); left > 0; left -= 1) {
      target.dispatchEvent(
        new WheelEvent('wheel', { ...notch, ...place, deltaY: Math.sign(rows) }),
      );
    }
  }

  get #isFullScreen(): boolean {
    return this.#xterm.buffer.active.type === 'alternate';
  }

  get #rowHeight(): number {
    const screen = this.#element.querySelector('.xterm-screen');
    return Math.max(1, (screen?.clientHeight ?? 0) / this.#xterm.rows);
  }
}
