/** Scrolling with a finger, and rolling on when it leaves: xterm.js 6 knows only wheels. */
import type { Place } from './scrolling.ts';

/** Speed kept from frame to frame after the finger has left. */
const FRICTION = 0.95;
/** Slower than this, in pixels a frame, it stands still. */
const STOP_PX = 0.4;
/** A finger that moved less than this tapped. */
const SLOP_PX = 8;

/** @param pixels are positive for a finger that moves up, towards what is newer */
type Scroll = (pixels: number, place: Place) => void;

/** @returns a function that stops listening */
export function scrollByTouch(element: HTMLElement, by: Scroll): () => void {
  const scroll = new TouchScroll(by);
  const options = { passive: false } as const;
  element.addEventListener('touchstart', scroll.begin, options);
  element.addEventListener('touchmove', scroll.move, options);
  element.addEventListener('touchend', scroll.end);
  element.addEventListener('touchcancel', scroll.end);
  return () => {
    scroll.stop();
    element.removeEventListener('touchstart', scroll.begin);
    element.removeEventListener('touchmove', scroll.move);
    element.removeEventListener('touchend', scroll.end);
    element.removeEventListener('touchcancel', scroll.end);
  };
}

class TouchScroll {
  readonly #scroll: Scroll;
  #y: number | undefined;
  #place: Place = { clientX: 0, clientY: 0 };
  #speed = 0;
  #isScrolling = false;
  #frame = 0;

  constructor(scroll: Scroll) {
    this.#scroll = scroll;
  }

  readonly begin = (event: TouchEvent): void => {
    this.stop();
    const touch = event.touches.length === 1 ? event.touches[0] : undefined;
    this.#y = touch?.clientY;
    this.#place = { clientX: touch?.clientX ?? 0, clientY: touch?.clientY ?? 0 };
    this.#isScrolling = false;
  };

  readonly move = (event: TouchEvent): void => {
    const touch = event.touches[0];
    if (this.#y === undefined || touch === undefined) return;
    const delta = this.#y - touch.clientY;
    if (!this.#isScrolling && Math.abs(delta) < SLOP_PX) return;
    this.#isScrolling = true;
    event.preventDefault();
    this.#y = touch.clientY;
    this.#speed = delta;
    this.#scroll(delta, this.#place);
  };

  readonly end = (): void => {
    this.#y = undefined;
    if (this.#isScrolling) this.#roll();
  };

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#speed = 0;
  }

  #roll(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#speed *= FRICTION;
      if (Math.abs(this.#speed) < STOP_PX) return;
      this.#scroll(this.#speed, this.#place);
      this.#roll();
    });
  }
}
