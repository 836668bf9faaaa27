/**
 * Scrolling with a finger, and rolling on when it leaves: xterm.js 6 knows only wheels. What the
 * finger does becomes wheel events, so that scrollback, full-screen programs and mouse reports all
 * behave as they do at a desk.
 */

/** Speed kept from frame to frame after the finger has left. */
const FRICTION = 0.95;
/** Slower than this, in pixels a frame, it stands still. */
const STOP_PX = 0.4;
/** A finger that moved less than this tapped. */
const SLOP_PX = 8;

/** @returns a function that stops listening */
export function scrollByTouch(element: HTMLElement): () => void {
  const scroll = new TouchScroll(element);
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
  readonly #element: HTMLElement;
  #y: number | undefined;
  #x = 0;
  #speed = 0;
  #isScrolling = false;
  #frame = 0;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  readonly begin = (event: TouchEvent): void => {
    this.stop();
    const touch = event.touches.length === 1 ? event.touches[0] : undefined;
    this.#y = touch?.clientY;
    this.#x = touch?.clientX ?? 0;
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
    this.#wheel(delta);
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
      this.#wheel(this.#speed);
      this.#roll();
    });
  }

  #wheel(deltaY: number): void {
    const target = this.#element.querySelector('.xterm-screen') ?? this.#element;
    const { left, top } = target.getBoundingClientRect();
    const place = { clientX: this.#x || left, clientY: this.#y ?? top };
    target.dispatchEvent(
      new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true, ...place }),
    );
  }
}
