/**
 * A viewer that does what the page does on the wire: follows offsets, numbers its input, and
 * acknowledges what was parsed: every 32 KiB, after 40 ms, or at once when nothing is left.
 */
import type { ViewerId } from '@dashboard/protocol/ids';
import { ACK_EVERY_BYTES, ACK_EVERY_MS } from '@dashboard/protocol/limits';
import { encodeViewerFrame, type ViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import { decodeWorkerFrame, type WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { Clock } from '@dashboard/runtime/clock';
import type { ApiClient } from '@dashboard/testkit/api-client';
import type { WebSocket } from 'ws';
import type { Reader, Terminal } from './target.ts';

type Attached = Extract<WorkerFrame, { type: 'attached' }>;
type Snapshot = Extract<WorkerFrame, { type: 'snapshot' }>;

export interface Place {
  readonly epoch: number;
  readonly offset: number;
}

export interface OursViewer {
  readonly api: ApiClient;
  readonly viewerId: ViewerId;
  readonly clock: Clock;
  /** Who comes back, with the place up to which it has parsed. */
  readonly before: OursTerminal | undefined;
}

export class OursTerminal implements Terminal {
  reader: Reader;
  readonly api: ApiClient;
  readonly viewerId: ViewerId;
  readonly #clock: Clock;
  #socket: WebSocket | undefined;
  #epoch = 0;
  #received = 0;
  #parsed = 0;
  #acked = 0;
  #typed = 0;
  #isAckDue = false;

  constructor(reader: Reader, { api, viewerId, clock, before }: OursViewer) {
    this.api = api;
    this.viewerId = viewerId;
    this.#clock = clock;
    this.reader = reader;
    this.#received = this.#parsed = before?.place.offset ?? 0;
  }

  get place(): Place {
    return { epoch: this.#epoch, offset: this.#parsed };
  }

  /** Returns once the worker has said that it is attached. @throws Error when it is refused */
  async attachTo(socket: WebSocket): Promise<void> {
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.on('message', (bytes: Buffer) => {
        const frame = decodeWorkerFrame(bytes);
        if (frame.type === 'malformed') throw new Error(`no frame: ${frame.why}`);
        this.#take(frame);
        if (frame.type === 'attached') resolve();
      });
      socket.on('error', reject);
      socket.on('close', (code) => reject(new Error(`closed with ${code} before ATTACHED`)));
    });
  }

  type(text: string): void {
    const bytes = Buffer.from(text);
    this.#send({ type: 'input', inputOffset: this.#typed, bytes });
    this.#typed += bytes.length;
  }

  stall(): void {
    this.#socket?.pause();
  }

  leave(): void {
    this.#socket?.terminate();
  }

  #take(frame: WorkerFrame): void {
    if (frame.type === 'output') {
      this.#received = frame.offset + frame.bytes.length;
      this.#read(frame.bytes, this.#received);
    } else if (frame.type === 'snapshot') this.#onSnapshot(frame);
    else if (frame.type === 'attached') this.#onAttached(frame);
  }

  #onAttached({ epoch, offset, inputOffset }: Attached): void {
    this.#epoch = epoch;
    this.#acked = offset;
    this.#typed = inputOffset;
  }

  /** It stands for everything before its offset: only its end can be acknowledged. */
  #onSnapshot(frame: Snapshot): void {
    if (frame.isFirst) this.reader.redraw();
    if (frame.isLast) this.#received = frame.offset;
    this.#read(frame.bytes, frame.isLast ? frame.offset : this.#parsed);
    this.#acked = Math.min(this.#acked, frame.offset - 1);
  }

  #read(bytes: Uint8Array, end: number): void {
    this.reader.output(bytes, () => {
      this.#parsed = Math.max(this.#parsed, end);
      const isNothingLeft = this.#parsed === this.#received;
      if (isNothingLeft || this.#parsed - this.#acked >= ACK_EVERY_BYTES) this.#ack();
      else this.#ackLater();
    });
  }

  #ackLater(): void {
    if (this.#isAckDue) return;
    this.#isAckDue = true;
    this.#clock.after(ACK_EVERY_MS, () => {
      this.#isAckDue = false;
      this.#ack();
    });
  }

  #ack(): void {
    if (this.#parsed <= this.#acked) return;
    this.#acked = this.#parsed;
    this.#send({ type: 'ack', offset: this.#acked });
  }

  #send(frame: ViewerFrame): void {
    const socket = this.#socket;
    if (socket?.readyState === socket?.OPEN) socket?.send(encodeViewerFrame(frame));
  }
}
