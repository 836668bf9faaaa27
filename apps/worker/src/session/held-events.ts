/** Keeps a pane's events back, in order, until what must come before them is in place. */
import type { PaneEvents } from './ports.ts';

export interface HeldEvents {
  readonly events: PaneEvents;
  /** Lets through what was kept back, and everything after it at once. */
  release(): void;
}

export function holdEvents(receiver: PaneEvents): HeldEvents {
  const held: (() => void)[] = [];
  let isReleased = false;
  const inOrder = (event: () => void): void => {
    if (isReleased) event();
    else held.push(event);
  };
  return {
    events: {
      output(bytes) {
        // Not bytes.slice(): of a Buffer that is a view, and the array is read into again.
        const kept = isReleased ? bytes : new Uint8Array(bytes);
        inOrder(() => receiver.output(kept));
      },
      exit: (exit, lastScreen) => inOrder(() => receiver.exit(exit, lastScreen)),
      gap: (seed) => inOrder(() => receiver.gap(seed)),
      lost: () => inOrder(() => receiver.lost()),
    },
    release() {
      isReleased = true;
      for (const event of held.splice(0)) event();
    },
  };
}
