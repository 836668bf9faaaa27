/**
 * The bytes of one pane, through one tap after the other: a tap is made anew when somebody has ended
 * it, or when the screen has to be read out between two bytes. Input given meanwhile waits, and none
 * is lost on the way: of a tap that somebody has ended, only what its cat(1) had taken.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import { INPUT_PENDING_BYTES_MAX, type PaneTap } from './pane-tap.ts';

export interface PaneLineOptions {
  readonly clock: Clock;
  readonly openTap: () => Promise<PaneTap>;
  /** Fulfilled when tmux has read what has left cat(1). */
  readonly hasArrived: () => Promise<void>;
}

export class PaneLine {
  readonly #options: PaneLineOptions;
  #tap: PaneTap | undefined;
  /** Undefined while input goes to the tap. */
  #held: Uint8Array[] | undefined;
  #heldBytes = 0;
  readonly #drained: (() => void)[] = [];

  constructor(options: PaneLineOptions) {
    this.#options = options;
  }

  get pendingBytes(): number {
    return this.#heldBytes + (this.#tap?.pendingBytes ?? 0);
  }

  /** @throws DashboardError rate_limited when INPUT_PENDING_BYTES_MAX would be exceeded */
  write(bytes: Uint8Array): void {
    if (this.#held === undefined) return this.#tap?.write(bytes);
    if (this.pendingBytes + bytes.length > INPUT_PENDING_BYTES_MAX) {
      throw new DashboardError('rate_limited', 'the program reads none of its input');
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  onDrained(callback: () => void): void {
    if (this.#held !== undefined) this.#drained.push(callback);
    else if (this.#tap === undefined) this.#options.clock.soon(callback);
    else this.#tap.onDrained(callback);
  }

  /** The FIFOs, before tmux is told of them. Input waits until start(), and output in them. */
  async open(): Promise<void> {
    this.#held ??= [];
    if (this.#tap !== undefined) await this.#leave(this.#tap);
    this.#tap = await this.#options.openTap();
  }

  /** tmux has connected the tap. */
  start(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    this.#tap?.start();
    for (const bytes of held) this.#tap?.write(bytes);
    for (const callback of this.#drained.splice(0)) this.onDrained(callback);
  }

  /** As PaneTap.quiet. */
  async quiet(): Promise<void> {
    await this.#tap?.quiet();
  }

  async close(): Promise<void> {
    await this.#tap?.close();
  }

  async #leave(tap: PaneTap): Promise<void> {
    const untaken = await tap.endInput();
    this.#held?.unshift(...untaken);
    for (const bytes of untaken) this.#heldBytes += bytes.length;
    await this.#options.hasArrived();
    await tap.close();
  }
}
