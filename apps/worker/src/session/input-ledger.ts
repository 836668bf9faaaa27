/**
 * How much typed input of each viewer has been accepted, so that what is sent again after a lost
 * connection is typed once. Kept for a while after the viewer has gone; pure.
 */
import { INPUT_LEDGER_VIEWERS_MAX } from './limits.ts';

export class InputLedger {
  /** Least recently used first. */
  readonly #accepted = new Map<string, number>();

  /** @param viewer names the person too, so that nobody can speak for another's tab */
  accepted(viewer: string): number {
    return this.#accepted.get(viewer) ?? 0;
  }

  /**
   * @returns the part of `bytes` that is new, or undefined when input before it is missing, which
   * only a broken viewer can bring about
   */
  accept(viewer: string, inputOffset: number, bytes: Uint8Array): Uint8Array | undefined {
    const accepted = this.accepted(viewer);
    if (inputOffset > accepted) return undefined;
    const fresh = bytes.subarray(Math.min(accepted - inputOffset, bytes.length));
    this.#accepted.delete(viewer);
    this.#accepted.set(viewer, accepted + fresh.length);
    this.#forgetOldest();
    return fresh;
  }

  #forgetOldest(): void {
    if (this.#accepted.size <= INPUT_LEDGER_VIEWERS_MAX) return;
    const [oldest] = this.#accepted.keys();
    if (oldest !== undefined) this.#accepted.delete(oldest);
  }
}
