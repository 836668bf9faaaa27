/**
 * The way of output from a pane to its viewers: into the log and the screen, out to each attachment,
 * at once when the stream was idle. Holds the program up, where an engine can, while even the
 * quickest viewer or the screen is too far behind, and now and then when it floods unwatched.
 */
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Clock } from '@dashboard/runtime/clock';
import * as limits from './limits.ts';
import type { OutputLog } from './output-log.ts';
import type { Pane } from './ports.ts';
import type { ScreenView } from './screen-view.ts';
import { Throttled } from './throttled.ts';
import type { Viewers } from './viewers.ts';

/** What the flow runs between. */
export interface FlowEnds {
  readonly clock: Clock;
  readonly log: OutputLog;
  readonly viewers: Viewers;
  readonly screen: ScreenView;
  /** Undefined once the program has ended: there is nobody to hold up. */
  pane(): Pane | undefined;
}

export class OutputFlow {
  readonly #ends: FlowEnds;
  readonly #regulating: Throttled;
  #watchedAtMs: number;
  #flushedAtMs = -Infinity;
  #isFlushDue = false;
  #isHeldUp = false;
  /** Taken from the pane since then. */
  #takenBytes = 0;
  #takenSinceMs = -Infinity;

  constructor(ends: FlowEnds) {
    this.#ends = ends;
    this.#watchedAtMs = ends.clock.monotonicMs();
    this.#regulating = new Throttled(ends.clock, limits.HELD_UP_CHECK_MS, () => this.#regulate());
  }

  /** @param bytes may be written over afterwards */
  push(bytes: Uint8Array): void {
    const { clock, log, screen } = this.#ends;
    const kept = log.append(bytes);
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#takenSinceMs >= limits.HELD_UP_CHECK_MS) this.#takeAnew(nowMs);
    this.#takenBytes += bytes.length;
    if (nowMs - this.#flushedAtMs >= limits.OUTPUT_IDLE_MS) {
      this.flush();
    } else if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      clock.soon(() => this.flush());
    }
    for (const part of kept) screen.write(part);
  }

  flush(): void {
    const { clock, viewers } = this.#ends;
    this.#isFlushDue = false;
    this.#flushedAtMs = clock.monotonicMs();
    viewers.pump();
    this.trim();
    this.#regulate();
  }

  /** A viewer has parsed more: the program may have waited for that. */
  acknowledged(): void {
    if (this.#isHeldUp) this.#regulate();
  }

  viewersChanged(): void {
    this.#watchedAtMs = this.#ends.clock.monotonicMs();
    this.trim();
    this.#regulate();
  }

  /** Forgets output that nobody will ask for. */
  trim(): void {
    const { clock, log, viewers, screen, pane } = this.#ends;
    const unwatchedMs = clock.monotonicMs() - this.#watchedAtMs;
    const isWatched = viewers.count > 0 || unwatchedMs < limits.LOG_WATCHED_GRACE_MS;
    const restBytes = pane() === undefined ? 0 : limits.LOG_UNWATCHED_BYTES;
    // A snapshot is only as new as the parser; the output after it must still be here.
    const { lagBytes } = screen;
    const unparsedBytes = lagBytes > 0 ? lagBytes + limits.SLAB_BYTES : 0;
    log.keep(Math.max(isWatched ? limits.LOG_WATCHED_BYTES : restBytes, unparsedBytes));
  }

  /** The screen is gone. Where the engine has no copy, what the log still holds is the best there is. */
  redrawScreen(size: TerminalSize): void {
    const { log, screen, pane: paneOf } = this.#ends;
    const pane = paneOf();
    if (pane?.reseed !== undefined) return pane.reseed();
    if (pane !== undefined) screen.reseed({ size, bytes: log.all() });
  }

  dispose(): void {
    this.#regulating.cancel();
  }

  #takeAnew(nowMs: number): void {
    this.#takenBytes = 0;
    this.#takenSinceMs = nowMs;
  }

  #regulate(): void {
    const pane = this.#ends.pane();
    if (pane === undefined) return;
    if (!this.#isHeldUp) {
      if (!this.#isTooMuch()) return;
      this.#isHeldUp = true;
      pane.pause();
    } else if (this.#isLittle()) {
      this.#isHeldUp = false;
      this.#takeAnew(this.#ends.clock.monotonicMs());
      pane.resume();
      return;
    }
    this.#regulating.ask();
  }

  #isTooMuch(): boolean {
    const { log, viewers, screen } = this.#ends;
    return (
      viewers.waitingBytes(log.end) >= limits.PAUSE_AT_BYTES ||
      screen.lagBytes >= limits.SCREEN_LAG_BYTES_MAX ||
      (viewers.count === 0 && this.#takenBytes >= limits.UNWATCHED_BYTES_AT_ONCE)
    );
  }

  #isLittle(): boolean {
    const { clock, log, viewers, screen } = this.#ends;
    const isTurn = clock.monotonicMs() - this.#takenSinceMs >= limits.HELD_UP_CHECK_MS;
    return (
      viewers.waitingBytes(log.end) < limits.RESUME_AT_BYTES &&
      screen.lagBytes < limits.SCREEN_LAG_BYTES_LOW &&
      (viewers.count > 0 || isTurn)
    );
  }
}
