/** A viewer of programs/frames.mjs: how long each frame was under way. */
import type { Reader } from '../targets/index.ts';

const MARK = 0x7e;
/** A number, a time in nanoseconds, and what stands between. */
const STAMP_BYTES_MAX = 40;
const NS_PER_MS = 1e6;

export class FrameReader implements Reader {
  readonly delaysMs: number[] = [];
  redraws = 0;
  readonly ended: Promise<void>;
  readonly #frames: number;
  readonly #onEnded: () => void;
  /** A stamp that was cut, from its mark on. */
  #carry: Buffer = Buffer.alloc(0);

  /** @param frames after which it has ended */
  constructor(frames: number) {
    this.#frames = frames;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#onEnded = resolve;
  }

  output(bytes: Uint8Array, parsed: () => void): void {
    const nowNs = process.hrtime.bigint();
    let text: Buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.#carry.length > 0) text = Buffer.concat([this.#carry, text]);
    let from = text.indexOf(MARK);
    while (from !== -1) {
      const to = text.indexOf(MARK, from + 1);
      if (to === -1) break;
      this.#take(text.toString('latin1', from + 1, to), nowNs);
      from = text.indexOf(MARK, to + 1);
    }
    this.#carry = from === -1 ? Buffer.alloc(0) : text.subarray(from, from + STAMP_BYTES_MAX);
    parsed();
  }

  redraw(): void {
    this.redraws++;
    this.#carry = Buffer.alloc(0);
  }

  #take(stamp: string, nowNs: bigint): void {
    const [number = '', sentNs = ''] = stamp.split(':');
    if (!/^\d+$/.test(sentNs)) return;
    this.delaysMs.push(Number(nowNs - BigInt(sentNs)) / NS_PER_MS);
    if (Number(number) === this.#frames - 1) this.#onEnded();
  }
}
