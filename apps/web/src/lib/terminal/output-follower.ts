/**
 * Follows the output of a session by offset: draws what continues, trims what overlaps, reports a
 * gap, collects snapshots, and acknowledges what the surface has parsed. Knows no socket and no DOM.
 */
import { ACK_EVERY_BYTES, ACK_EVERY_MS, SNAPSHOT_BYTES_MAX } from '@dashboard/protocol/limits';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { Clock } from '@dashboard/runtime/clock';
import { WRITE_BYTES_MAX } from './limits.ts';

/** Where bytes are drawn. All three take effect in the order in which they were called. */
export interface Surface {
  /** Forgets screen, scrollback and modes. */
  reset(): void;
  resize(size: TerminalSize): void;
  /** Calls `parsed` once the bytes are part of the screen. */
  write(bytes: Uint8Array, parsed: () => void): void;
}

type Snapshot = Extract<WorkerFrame, { type: 'snapshot' }>;

export interface Place {
  readonly epoch: number;
  readonly offset: number;
}

export class OutputFollower {
  readonly #surface: Surface;
  readonly #clock: Clock;
  readonly #ack: (offset: number) => void;
  /** What the surface was given; undefined before the first attach. */
  #place: Place | undefined;
  #parsed = 0;
  #acked = 0;
  #cancelAck: (() => void) | undefined;
  #mustReset = false;
  #mayResume = false;
  /** Of a snapshot that has begun and not ended. */
  #chunks: Uint8Array[] = [];

  constructor(surface: Surface, clock: Clock, ack: (offset: number) => void) {
    this.#surface = surface;
    this.#clock = clock;
    this.#ack = ack;
  }

  /** From where to resume; undefined when a snapshot is needed. */
  get place(): Place | undefined {
    return this.#mayResume ? this.#place : undefined;
  }

  /** Makes the next attach ask for a snapshot. */
  distrustPlace(): void {
    this.#mayResume = false;
  }

  /** A new socket: output will come from `at` on, or a snapshot first. */
  attach(at: Place): void {
    this.#stopAck();
    this.#chunks = [];
    this.#mayResume = true;
    if (this.#place?.epoch !== at.epoch) {
      // The old screen stays readable until there is something to put in its place.
      this.#mustReset = true;
      this.#place = at;
      this.#parsed = at.offset;
    }
    this.#acked = Math.min(this.#parsed, at.offset);
  }

  /** @returns false when bytes are missing in between: attach anew */
  output(offset: number, bytes: Uint8Array): boolean {
    const place = this.#place;
    if (place === undefined || this.#chunks.length > 0 || offset > place.offset) return false;
    const fresh = bytes.subarray(Math.min(bytes.length, place.offset - offset));
    if (fresh.length === 0) return true;
    if (this.#mustReset) this.#surface.reset();
    this.#mustReset = false;
    this.#place = { epoch: place.epoch, offset: place.offset + fresh.length };
    this.#write(fresh, this.#place);
    return true;
  }

  /** @returns bytes skipped once the last chunk is drawn, 'more' before, 'broken' when impossible */
  snapshot(frame: Snapshot): number | 'more' | 'broken' {
    const before = this.#place;
    if (before === undefined) return 'broken';
    if (frame.isFirst) this.#chunks = [];
    else if (this.#chunks.length === 0) return 'broken';
    this.#chunks.push(frame.bytes);
    const size = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (size > SNAPSHOT_BYTES_MAX) return 'broken';
    if (!frame.isLast) return 'more';
    const chunks = this.#chunks;
    this.#chunks = [];
    const skipped = this.#mustReset ? 0 : Math.max(0, frame.offset - before.offset);
    this.#mustReset = false;
    this.#surface.reset();
    this.#surface.resize(frame.size);
    this.#place = { epoch: before.epoch, offset: frame.offset };
    this.#drawSnapshot(chunks, this.#place);
    return skipped;
  }

  stop(): void {
    this.#stopAck();
  }

  #drawSnapshot(chunks: readonly Uint8Array[], place: Place): void {
    for (const chunk of chunks) {
      for (const part of cut(chunk)) this.#surface.write(part, () => undefined);
    }
    // A snapshot stands for everything before its offset: only its end can be acknowledged, and is
    // even where it brought nothing new, since the worker draws no second one before that.
    this.#surface.write(new Uint8Array(0), () => {
      this.#acked = Math.min(this.#acked, place.offset - 1);
      this.#onParsed(place);
    });
  }

  #write(bytes: Uint8Array, end: Place): void {
    let offset = end.offset - bytes.length;
    for (const part of cut(bytes)) {
      offset += part.length;
      const parsed = { epoch: end.epoch, offset };
      this.#surface.write(part, () => this.#onParsed(parsed));
    }
  }

  #onParsed({ epoch, offset }: Place): void {
    // Parsed late, after the log began anew: these offsets mean nothing to the worker of today.
    if (epoch !== this.#place?.epoch) return;
    this.#parsed = Math.max(this.#parsed, offset);
    const unacked = this.#parsed - this.#acked;
    if (unacked >= ACK_EVERY_BYTES || this.#parsed === this.#place.offset) this.#sendAck();
    else this.#cancelAck ??= this.#clock.after(ACK_EVERY_MS, () => this.#sendAck());
  }

  #sendAck(): void {
    this.#stopAck();
    if (this.#parsed <= this.#acked) return;
    this.#acked = this.#parsed;
    this.#ack(this.#acked);
  }

  #stopAck(): void {
    this.#cancelAck?.();
    this.#cancelAck = undefined;
  }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += WRITE_BYTES_MAX) {
    yield bytes.subarray(start, start + WRITE_BYTES_MAX);
  }
}
