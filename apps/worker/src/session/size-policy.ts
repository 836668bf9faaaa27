/**
 * Whose window decides how large the pane is. One size for all: the sole viewer who may type, or of
 * several the controller. Control is taken, never lost to somebody who merely arrives. Pure.
 */
import type { ViewerId } from '@dashboard/protocol/ids';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';

interface Window {
  readonly mayControl: boolean;
  size: TerminalSize | undefined;
}

export class SizePolicy {
  /** In the order in which they came. */
  readonly #windows = new Map<ViewerId, Window>();
  #controller: ViewerId | undefined;

  get controller(): ViewerId | undefined {
    return this.#controller;
  }

  /** What the pane should be, or undefined when nobody says. */
  get wanted(): TerminalSize | undefined {
    return this.#controller === undefined ? undefined : this.#windows.get(this.#controller)?.size;
  }

  arrive(viewer: ViewerId, mayControl: boolean, size: TerminalSize | undefined): void {
    this.#windows.set(viewer, { mayControl, size });
    if (this.#controller === undefined && mayControl) this.#controller = viewer;
  }

  resize(viewer: ViewerId, size: TerminalSize): void {
    const window = this.#windows.get(viewer);
    if (window !== undefined) window.size = size;
  }

  /** @returns false for a viewer who may not */
  take(viewer: ViewerId): boolean {
    if (this.#windows.get(viewer)?.mayControl !== true) return false;
    this.#controller = viewer;
    return true;
  }

  /** Passes control to whoever has been here longest, for somebody's window must decide. */
  release(viewer: ViewerId): void {
    if (this.#controller !== viewer) return;
    this.#controller = this.#eldest(viewer) ?? viewer;
  }

  leave(viewer: ViewerId): void {
    this.#windows.delete(viewer);
    if (this.#controller === viewer) this.#controller = this.#eldest(viewer);
  }

  #eldest(except: ViewerId): ViewerId | undefined {
    for (const [viewer, { mayControl }] of this.#windows) {
      if (mayControl && viewer !== except) return viewer;
    }
    return undefined;
  }
}
