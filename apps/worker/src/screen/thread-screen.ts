/**
 * A screen as the session holds it: passes on to its thread what it is told, in order, and counts
 * what the thread has not parsed yet. Outlives its thread; asleep it is on none.
 */
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Clock } from '@dashboard/runtime/clock';
import type {
  Screen,
  ScreenEvents,
  ScreenOptions,
  ScreenSeed,
  Snapshot,
} from '../session/ports.ts';
import {
  FLOOD_BYTES,
  FLOOD_GATHER_MS,
  GATHER_MS,
  GATHERED_BYTES_MAX,
  LAG_BYTES_MAX,
  SCROLLBACK_KEPT_LINES,
} from './limits.ts';
import type { Notice, OpenMessage, Packed } from './messages.ts';
import { expectAnswer, type ThreadLink } from './thread-link.ts';

export interface Owner {
  readonly clock: Clock;
  /** The thread this screen is on now, or will be on when it wakes. */
  link(): ThreadLink;
  /** It has left that thread. */
  slept(): void;
  closed(): void;
}

export class ThreadScreen implements Screen {
  readonly #number: number;
  readonly #owner: Owner;
  readonly #options: ScreenOptions;
  readonly #events: ScreenEvents;
  #size: TerminalSize;
  /** Where the output ends that was handed in. */
  #end: number;
  /** Bytes handed in since the thread opened this screen, and how many of them are dealt with. */
  #handedBytes = 0;
  #settledBytes = 0;
  /** Handed in and not sent: everything of one moment goes in one message. */
  #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  /** The screen as it is, until output or a size comes: enough to open it on any thread. */
  #packed: Packed | undefined;
  /** Its thread knows it. Otherwise it sleeps, and `#packed` is all there is of it. */
  #isOpen = false;
  /** What was asked of its thread and is not answered yet. */
  #asked = 0;
  /** Messages to its thread: whether it was left alone meanwhile. */
  #sent = 0;
  #isClosed = false;
  #gatherMs = GATHER_MS;
  #cancelGathering: (() => void) | undefined;

  constructor(
    number: number,
    owner: Owner,
    args: { options: ScreenOptions; events: ScreenEvents },
  ) {
    this.#number = number;
    this.#owner = owner;
    this.#options = args.options;
    this.#events = args.events;
    this.#size = args.options.seed?.size ?? args.options.size;
    this.#end = args.options.offset;
    this.#open(args.options.seed, undefined);
  }

  get lagBytes(): number {
    return this.#handedBytes - this.#settledBytes;
  }

  get isAwake(): boolean {
    return this.#isOpen;
  }

  write(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#end += bytes.length;
    this.#handedBytes += bytes.length;
    if (this.lagBytes > LAG_BYTES_MAX) {
      this.#forget({ size: this.#size, bytes: new Uint8Array() }, this.#end);
      this.#events.screenLost();
      return;
    }
    this.#unsent.push(bytes);
    this.#unsentBytes += bytes.length;
    if (this.#unsentBytes >= GATHERED_BYTES_MAX) this.#flush();
    else this.#cancelGathering ??= this.#owner.clock.after(this.#gatherMs, () => this.#gathered());
  }

  resize(size: TerminalSize): void {
    this.#flush();
    this.#size = size;
    if (this.#isClosed) return;
    this.#wake();
    this.#packed = undefined;
    this.#send({ kind: 'resize', screen: this.#number, size });
  }

  reseed(seed: ScreenSeed, offset: number): void {
    if (!this.#isClosed) this.#forget(seed, offset);
  }

  async reconcile(seed: ScreenSeed, offset: number): Promise<boolean> {
    this.#flush();
    this.#wake();
    this.#packed = undefined;
    const copy = copyOf(seed);
    const screen = this.#number;
    const answer = await this.#ask(
      (request) => ({ kind: 'reconcile', screen, request, seed: copy, offset }),
      [copy.bytes.buffer],
    );
    return expectAnswer(answer, 'reconciled').differs;
  }

  async snapshot(scrollbackLines: number): Promise<Snapshot> {
    this.#flush();
    this.#wake();
    const lines = Math.max(0, Math.min(Math.trunc(scrollbackLines), SCROLLBACK_KEPT_LINES));
    const screen = this.#number;
    const answer = await this.#ask((request) => ({
      kind: 'snapshot',
      screen,
      request,
      scrollbackLines: lines,
    }));
    const { offset, size, scrollbackLines: included, bytes } = expectAnswer(answer, 'snapshot');
    return { offset, size, scrollbackLines: included, bytes };
  }

  async text(rowsMax: number): Promise<readonly string[]> {
    this.#flush();
    this.#wake();
    const screen = this.#number;
    const answer = await this.#ask((request) => ({ kind: 'text', screen, request, rowsMax }));
    return expectAnswer(answer, 'text').rows;
  }

  async hibernate(): Promise<void> {
    this.#flush();
    if (this.#isOpen && this.#packed === undefined) await this.#pack();
    if (this.#isOpen && this.#packed !== undefined && this.#asked === 0) this.#leaveThread();
  }

  async #pack(): Promise<void> {
    const screen = this.#number;
    const asking = this.#ask((request) => ({ kind: 'pack', screen, request }));
    const sent = this.#sent;
    const answer = await asking;
    // What came in meanwhile has woken it again.
    if (sent === this.#sent && this.#unsentBytes === 0) {
      this.#packed = expectAnswer(answer, 'packed').packed;
    }
  }

  /** Everything handed in has been dealt with: it is in `#packed`. */
  #leaveThread(): void {
    this.#send({ kind: 'close', screen: this.#number });
    this.#isOpen = false;
    this.#handedBytes = this.#unsentBytes;
    this.#settledBytes = 0;
    this.#owner.slept();
  }

  #wake(): void {
    if (!this.#isOpen && !this.#isClosed) this.#open(undefined, this.#packed);
  }

  dispose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelGathering?.();
    this.#unsent = [];
    if (this.#isOpen) this.#send({ kind: 'close', screen: this.#number });
    this.#isOpen = false;
    this.#owner.closed();
  }

  heard(notice: Notice): void {
    if (this.#isClosed) return;
    switch (notice.kind) {
      case 'progress':
        this.#settledBytes = Math.max(this.#settledBytes, notice.totalBytes);
        return;
      case 'reply':
        this.#events.reply(notice.bytes);
        return;
      case 'title':
        this.#events.title(notice.title);
        return;
      case 'bell':
        this.#events.bell();
        return;
      case 'lost':
        this.#events.screenLost();
    }
  }

  /** Its thread has died and another stands in: packed it goes on, otherwise it is lost. */
  reopen(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#packed === undefined) {
      this.#unsent = [];
      this.#unsentBytes = 0;
    }
    this.#handedBytes = this.#unsentBytes;
    this.#settledBytes = 0;
    if (this.#packed !== undefined) return;
    this.#open(undefined, undefined);
    this.#events.screenLost();
  }

  #open(seed: ScreenSeed | undefined, packed: Packed | undefined): void {
    this.#isOpen = true;
    const message: OpenMessage = {
      kind: 'open',
      screen: this.#number,
      size: this.#size,
      offset: this.#end,
      answeredElsewhere: [...this.#options.answeredElsewhere],
    };
    if (packed !== undefined) this.#send({ ...message, packed });
    else if (seed === undefined) this.#send(message);
    else {
      const copy = copyOf(seed);
      this.#send({ ...message, seed: copy }, [copy.bytes.buffer]);
    }
  }

  #forget(seed: ScreenSeed, offset: number): void {
    this.#unsent = [];
    this.#handedBytes -= this.#unsentBytes;
    this.#unsentBytes = 0;
    // The thread will say that it has settled these; until then nobody waits for them.
    this.#settledBytes = this.#handedBytes;
    this.#size = seed.size;
    this.#end = offset;
    this.#wake();
    this.#packed = undefined;
    const copy = copyOf(seed);
    this.#send({ kind: 'reseed', screen: this.#number, seed: copy, offset }, [copy.bytes.buffer]);
  }

  #gathered(): void {
    this.#gatherMs = this.#unsentBytes >= FLOOD_BYTES ? FLOOD_GATHER_MS : GATHER_MS;
    this.#flush();
  }

  #flush(): void {
    this.#cancelGathering?.();
    this.#cancelGathering = undefined;
    if (this.#unsentBytes === 0) return;
    // The pieces belong to the output log: what is sent must be a copy, and is moved, not copied again.
    const bytes = new Uint8Array(this.#unsentBytes);
    let at = 0;
    for (const piece of this.#unsent) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#unsent = [];
    this.#unsentBytes = 0;
    this.#wake();
    this.#packed = undefined;
    this.#send({ kind: 'write', screen: this.#number, bytes }, [bytes.buffer]);
  }

  #send(...args: Parameters<ThreadLink['send']>): void {
    this.#sent++;
    this.#owner.link().send(...args);
  }

  async #ask(...args: Parameters<ThreadLink['ask']>): ReturnType<ThreadLink['ask']> {
    this.#sent++;
    this.#asked++;
    try {
      return await this.#owner.link().ask(...args);
    } finally {
      this.#asked--;
    }
  }
}

function copyOf({ size, bytes }: ScreenSeed) {
  return { size, bytes: new Uint8Array(bytes) };
}
