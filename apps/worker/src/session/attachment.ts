/**
 * One viewer's place in a session's output. It sends what credit allows from its own offset; a
 * viewer that falls too far behind is redrawn from a snapshot, and that concerns it alone.
 */
import type { Clock } from '@dashboard/runtime/clock';
import { OUTPUT_BYTES_MAX, SNAPSHOT_CHUNK_BYTES_MAX } from '@dashboard/protocol/limits';
import type { ClosingReason, WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { Asker } from '@dashboard/protocol/worker/handshake';
import type { ViewerId } from '@dashboard/protocol/ids';
import { Credit } from './credit.ts';
import { LAG_BYTES_MAX, LAG_GRACE_MS, RESYNC_EVERY_MS } from './limits.ts';
import type { OutputLog } from './output-log.ts';
import type { Snapshot } from './ports.ts';

/** Where frames go. */
export interface AttachmentSink {
  /** @returns false when it is full; it calls writable() of the attachment later */
  send(frame: WorkerFrame): boolean;
  /** Sends what was given, then hangs up. */
  close(): void;
}

/** What an attachment needs of its session. */
export interface AttachmentHost {
  readonly log: OutputLog;
  readonly clock: Clock;
  snapshot(): Promise<Snapshot>;
  /** A viewer was redrawn without `skippedBytes` of output. */
  resynced(skippedBytes: number): void;
}

export interface AttachmentOptions {
  readonly viewer: ViewerId;
  readonly by: Asker;
  readonly mayType: boolean;
  readonly sink: AttachmentSink;
  readonly host: AttachmentHost;
}

/** resyncing: a snapshot is wanted or being made, and no output is sent until it has been. */
type State = 'streaming' | 'resyncing' | 'closed';

export class Attachment {
  /** Names the person too, so that nobody can speak for another's tab. */
  readonly key: string;
  readonly by: Asker;
  readonly mayType: boolean;
  readonly #sink: AttachmentSink;
  readonly #host: AttachmentHost;
  readonly #credit = new Credit();
  #state: State = 'streaming';
  #isWritable = true;
  #sent = 0;
  #acked = 0;
  /** Where the last snapshot begins to count: output before it needs no credit. */
  #drawn = 0;
  #lastAckMs: number;
  #behindSinceMs: number | undefined;
  #resyncedAtMs = -Infinity;
  #isSnapshotUnderWay = false;
  #cancelRetry: (() => void) | undefined;
  #ending: WorkerFrame | undefined;

  constructor({ viewer, by, mayType, sink, host }: AttachmentOptions) {
    this.key = `${by.userId} ${viewer}`;
    this.by = by;
    this.mayType = mayType;
    this.#sink = sink;
    this.#host = host;
    this.#lastAckMs = host.clock.monotonicMs();
  }

  /** It was told to go, or is gone: nothing that it still sends counts. */
  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Output this viewer has parsed. */
  get ackedOffset(): number {
    return Math.max(this.#acked, this.#drawn);
  }

  /** Output before `end` that it may not be sent before it has parsed more. */
  waitingBytes(end: number): number {
    return end - this.ackedOffset - this.#credit.windowBytes;
  }

  /** How long it has owed an acknowledgement, milliseconds. */
  get owesAckMs(): number {
    if (this.#sent <= this.#acked) return 0;
    return this.#host.clock.monotonicMs() - this.#lastAckMs;
  }

  /** @param offset up to which the viewer has everything; undefined draws it from a snapshot */
  start(offset: number | undefined): void {
    this.#sent = this.#acked = this.#drawn = offset ?? this.#host.log.end;
    if (offset === undefined) this.#resync();
    else this.pump();
  }

  send(frame: WorkerFrame): void {
    if (this.#state !== 'closed') this.#isWritable = this.#sink.send(frame) && this.#isWritable;
  }

  /** Sends what credit allows. Called after every append, ack and drain. */
  pump(): void {
    if (this.#state !== 'streaming') return;
    if (this.#hasLagged()) return this.#resync();
    const { log, clock } = this.#host;
    while (this.#isWritable && this.#sent - this.ackedOffset < this.#credit.windowBytes) {
      const bytes = log.read(this.#sent, OUTPUT_BYTES_MAX);
      if (bytes === undefined) return this.#resync();
      if (bytes.length === 0) break;
      if (this.#sent === this.#acked) this.#lastAckMs = clock.monotonicMs();
      this.send({ type: 'output', offset: this.#sent, bytes });
      this.#sent += bytes.length;
      this.#credit.sent(this.#sent, this.ackedOffset, clock.monotonicMs());
    }
    this.#endIfAllIsSent();
  }

  /** @returns false when the viewer acknowledges what it was never sent */
  ack(offset: number): boolean {
    if (offset > this.#sent) return false;
    // One from before a snapshot may still arrive after it.
    if (offset <= this.#acked) return true;
    this.#acked = offset;
    this.#lastAckMs = this.#host.clock.monotonicMs();
    this.#credit.acknowledged(offset, this.#lastAckMs);
    if (this.#state === 'resyncing') this.#snapshotWhenDue();
    else this.pump();
    return true;
  }

  /** The sink takes frames again. */
  writable(): void {
    this.#isWritable = true;
    if (this.#state === 'resyncing') this.#snapshotWhenDue();
    else this.pump();
  }

  /** The program has ended: tells so once everything it printed has been sent. */
  finish(ending: WorkerFrame): void {
    this.#ending = ending;
    if (this.#state === 'streaming') this.pump();
  }

  close(reason: ClosingReason, retryMs = 0): void {
    this.send({ type: 'closing', reason, retryMs });
    this.dispose();
    this.#sink.close();
  }

  /** The connection is gone. */
  dispose(): void {
    this.#state = 'closed';
    this.#cancelRetry?.();
  }

  #hasLagged(): boolean {
    const behindBytes = this.#host.log.end - this.#sent;
    if (behindBytes <= Math.max(LAG_BYTES_MAX, this.#credit.windowBytes)) {
      this.#behindSinceMs = undefined;
      return false;
    }
    const nowMs = this.#host.clock.monotonicMs();
    this.#behindSinceMs ??= nowMs;
    return nowMs - this.#behindSinceMs >= LAG_GRACE_MS;
  }

  #resync(): void {
    this.#state = 'resyncing';
    this.#behindSinceMs = undefined;
    this.#snapshotWhenDue();
  }

  /** Not before the viewer has parsed what it has: a snapshot queued behind that would be stale. */
  #snapshotWhenDue(): void {
    const isCaughtUp = this.#acked >= this.#sent;
    if (!isCaughtUp || !this.#isWritable || this.#isSnapshotUnderWay) return;
    this.#cancelRetry?.();
    const { clock } = this.#host;
    const waitMs = this.#resyncedAtMs + RESYNC_EVERY_MS - clock.monotonicMs();
    if (waitMs > 0) {
      this.#cancelRetry = clock.after(waitMs, () => this.#snapshotWhenDue());
      return;
    }
    this.#isSnapshotUnderWay = true;
    void this.#sendSnapshot();
  }

  async #sendSnapshot(): Promise<void> {
    const snapshot = await this.#host.snapshot();
    this.#isSnapshotUnderWay = false;
    if (this.#state !== 'resyncing') return;
    this.#resyncedAtMs = this.#host.clock.monotonicMs();
    this.#host.resynced(Math.max(0, snapshot.offset - this.#sent));
    for (const frame of snapshotFrames(snapshot)) this.send(frame);
    this.#sent = this.#drawn = snapshot.offset;
    this.#acked = Math.min(this.#acked, this.#sent - 1); // until the viewer has parsed the snapshot
    this.#lastAckMs = this.#resyncedAtMs;
    this.#state = 'streaming';
    this.pump();
  }

  #endIfAllIsSent(): void {
    if (this.#ending === undefined || this.#sent < this.#host.log.end) return;
    this.send(this.#ending);
    this.#ending = undefined;
  }
}

/** Cut so that no frame is over its limit. */
function* snapshotFrames(snapshot: Snapshot): Generator<WorkerFrame> {
  const { offset, size, scrollbackLines, bytes } = snapshot;
  for (let at = 0; at === 0 || at < bytes.length; at += SNAPSHOT_CHUNK_BYTES_MAX) {
    yield {
      type: 'snapshot',
      isFirst: at === 0,
      isLast: at + SNAPSHOT_CHUNK_BYTES_MAX >= bytes.length,
      offset,
      size,
      scrollbackLines,
      bytes: bytes.subarray(at, at + SNAPSHOT_CHUNK_BYTES_MAX),
    };
  }
}
