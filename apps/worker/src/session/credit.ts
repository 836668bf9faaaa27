/**
 * How far ahead of a viewer's acknowledgements its output may run. Enough to keep the line full,
 * little enough that what is typed is answered before long: what is under way must be parsed first.
 */
import { CREDIT_BYTES, CREDIT_BYTES_MAX, CREDIT_BYTES_MIN } from '@dashboard/protocol/limits';

/** Work that may lie at the viewer: its parser is busy twice this long with a full window, and so long ^C waits. */
const PARSE_AHEAD_MS = 12;
/** One old measurement counts for as much as this share of a new one. */
const SMOOTHING = 0.3;

export class Credit {
  #window = CREDIT_BYTES;
  /** Bytes a millisecond that the viewer gets through while it has work. */
  #rate: number | undefined;
  /** The quickest acknowledgement seen: the line without the queue on it. */
  #quickestMs = Infinity;
  #probe:
    { readonly offset: number; readonly acked: number; readonly sentAtMs: number } | undefined;

  /** Bytes that may be sent and not acknowledged. */
  get windowBytes(): number {
    return this.#window;
  }

  sent(offset: number, acked: number, nowMs: number): void {
    this.#probe ??= { offset, acked, sentAtMs: nowMs };
  }

  acknowledged(offset: number, nowMs: number): void {
    const probe = this.#probe;
    if (probe === undefined || offset < probe.offset) return;
    this.#probe = undefined;
    const tookMs = Math.max(nowMs - probe.sentAtMs, 0.1);
    this.#quickestMs = Math.min(this.#quickestMs, tookMs);
    const bytes = offset - probe.acked;
    if (bytes < CREDIT_BYTES_MIN / 2) return; // a key is no measure of throughput
    const rate = bytes / tookMs;
    this.#rate = this.#rate === undefined ? rate : this.#rate * (1 - SMOOTHING) + rate * SMOOTHING;
    const wanted = 2 * this.#rate * (this.#quickestMs + PARSE_AHEAD_MS);
    this.#window = Math.min(CREDIT_BYTES_MAX, Math.max(CREDIT_BYTES_MIN, Math.round(wanted)));
  }
}
