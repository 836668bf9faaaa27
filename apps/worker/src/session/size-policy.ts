/**
 * Whose window decides how large the pane is. One size for all: the sole viewer who may type, or of
 * several the controller. Control is taken, never lost to somebody who merely arrives. Pure.
 */
import type { TerminalSize } from '@dashboard/protocol/terminal/size';

interface Window {
  readonly mayControl: boolean;
  size: TerminalSize | undefined;
}

export class SizePolicy {
  /** In the order in which they came. */
  readonly #windows = new Map<string, Window>();
  #controller: string | undefined;

  get controller(): string | undefined {
    return this.#controller;
  }

  /** What the pane should be, or undefined when nobody says. */
  get wanted(): TerminalSize | undefined {
    return this.#controller === undefined ? undefined : this.#windows.get(this.#controller)?.size;
  }

  arrive(viewer: string, mayControl: boolean, size: TerminalSize | undefined): void {
    this.#windows.set(viewer, { mayControl, size });
    // A tab that comes again only to watch brings nothing of its control along.
    if (this.#controller === viewer && !mayControl) this.#controller = this.#eldest(viewer);
    if (this.#controller === undefined && mayControl) this.#controller = viewer;
  }

  resize(viewer: string, size: TerminalSize): void {
    const window = this.#windows.get(viewer);
    if (window !== undefined) window.size = size;
  }

  /** @returns false for a viewer who may not */
  take(viewer: string): boolean {
    if (this.#windows.get(viewer)?.mayControl !== true) return false;
    this.#controller = viewer;
    return true;
  }

  /** Passes control to whoever has been here longest, for somebody's window must decide. */
  release(viewer: string): void {
    if (this.#controller !== viewer) return;
    this.#controller = this.#eldest(viewer) ?? viewer;
  }

  leave(viewer: string): void {
    this.#windows.delete(viewer);
    if (this.#controller === viewer) this.#controller = this.#eldest(viewer);
  }

  #eldest(except: string): string | undefined {
    for (const [viewer, { mayControl }] of this.#windows) {
      if (mayControl && viewer !== except) return viewer;
    }
    return undefined;
  }
}
