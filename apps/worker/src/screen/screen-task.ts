/**
 * One screen inside its thread: what was asked of it, in order, done a slice at a time so that
 * others have their turn. Starts over when xterm.js fails. Knows no thread: what it has to say goes
 * to a sink.
 */
import type { Clock } from '@dashboard/runtime/clock';
import type { QueryKind, ScreenSeed } from '../session/ports.ts';
import type { CharsetNames } from './cursors.ts';
import type { Emulator } from './emulator.ts';
import {
  FRAME_HELD_MS,
  PROGRESS_EVERY_BYTES,
  REBUILD_EVERY_BYTES,
  RECONCILE_LINES,
  REPLIES_PER_SLICE_MAX,
  SKIM_BYTES_MIN,
  SLICE_BYTES,
} from './limits.ts';
import type { Answer, Notice, OpenMessage, ToThread } from './messages.ts';
import { Notices } from './notices.ts';
import { ScreenTerminal } from './screen-terminal.ts';

/** What one screen is asked; opening and closing are its thread's. */
export type Job = Exclude<ToThread, { kind: 'open' | 'close' }>;
type JobOf<Kind> = Extract<Job, { kind: Kind }>;

interface SeedJob {
  readonly kind: 'seed';
  readonly seed: ScreenSeed;
  readonly offset: number;
}

export interface TaskSink {
  readonly clock: Clock;
  readonly charsets: CharsetNames;
  say(message: Notice | Answer): void;
  /** There is work again although nothing was asked: a wait is over. */
  wake(): void;
}

export class ScreenTask {
  readonly #screen: number;
  readonly #sink: TaskSink;
  readonly #answeredElsewhere: ReadonlySet<QueryKind>;
  readonly #notices: Notices;
  readonly #terminal: ScreenTerminal;
  #jobs: (Job | SeedJob)[] = [];
  /** Of the job at hand: how many of its bytes have been parsed. */
  #doneBytes = 0;
  /** Of the seed that is compared: the terminal that parses it. */
  #compared: Emulator | undefined;
  #totalBytes = 0;
  #reportedBytes = 0;
  #sinceRebuildBytes = 0;
  #replies: string[] = [];
  #cancelFrameWait: (() => void) | undefined;

  constructor(open: OpenMessage, sink: TaskSink) {
    const { screen, size, offset, seed, packed, answeredElsewhere } = open;
    this.#screen = screen;
    this.#sink = sink;
    this.#answeredElsewhere = new Set(answeredElsewhere);
    this.#notices = new Notices(sink.clock, {
      title: (title) => sink.say({ kind: 'title', screen, title }),
      bell: () => sink.say({ kind: 'bell', screen }),
    });
    this.#terminal = new ScreenTerminal(sink.charsets, {
      reply: (kind, text) => this.#reply(kind, text),
      title: (title) => this.#notices.title(title),
      bell: () => this.#notices.bell(),
    });
    if (packed !== undefined) this.#terminal.beginAsleep(packed);
    else if (seed === undefined) this.#terminal.begin(size, offset);
    else this.#startOver(seed, offset);
  }

  accept(job: Job): void {
    if (job.kind === 'reseed') this.#startOver(job.seed, job.offset);
    else this.#jobs.push(job);
  }

  get hasWork(): boolean {
    return this.#nextIndex() !== -1;
  }

  /** Does one slice of the next job. */
  work(): void {
    const [job] = this.#jobs.splice(this.#nextIndex(), 1);
    if (job === undefined) return;
    if (this.#do(job)) this.#doneBytes = 0;
    else this.#jobs.unshift(job);
    this.#sendReplies();
    this.#report();
  }

  close(): void {
    this.#terminal.dispose();
    this.#compared?.dispose();
    this.#notices.dispose();
    this.#cancelFrameWait?.();
  }

  /**
   * Whoever reads is shown whole frames: while one is open, the output behind the request goes
   * first. Without any the request waits; the frame's own time limit ends that.
   */
  #nextIndex(): number {
    const [first] = this.#jobs;
    if (first === undefined) return -1;
    if (!isReading(first) || this.#terminal.emulator?.isWaitingForFrame !== true) return 0;
    const other = this.#jobs.findIndex((job) => !isReading(job));
    if (other === -1) return -1;
    return this.#jobs[other]?.kind === 'write' ? other : 0;
  }

  /** @returns whether the job is done; otherwise it is given again */
  #do(job: Job | SeedJob): boolean {
    switch (job.kind) {
      case 'write':
        return this.#write(job.bytes);
      case 'seed':
        return this.#seed(job);
      case 'resize':
        this.#terminal.awake.resize(job.size);
        return true;
      case 'reconcile':
        return this.#reconcile(job);
      case 'reseed':
        return true; // accept() has put a seed in its place
      default:
        this.#sink.say(this.#answer(job));
        return true;
    }
  }

  #answer(job: JobOf<'snapshot' | 'text' | 'pack'>): Answer {
    const { kind, request } = job;
    if (kind === 'pack') return { kind: 'packed', request, packed: this.#terminal.sleep() };
    const { awake } = this.#terminal;
    if (kind === 'text') return { kind, request, rows: awake.text(job.rowsMax) };
    const { bytes, ...snapshot } = awake.snapshot(job.scrollbackLines);
    return { kind, request, ...snapshot, bytes: new Uint8Array(bytes) };
  }

  #write(bytes: Uint8Array): boolean {
    if (this.#doneBytes === 0 && bytes.length >= SKIM_BYTES_MIN) this.#skim(bytes);
    const slice = this.#slice(bytes);
    this.#totalBytes += slice.length;
    this.#sinceRebuildBytes += slice.length;
    this.#try((emulator) => emulator.write(slice));
    return this.#doneBytes === bytes.length;
  }

  #skim(bytes: Uint8Array): void {
    this.#try((emulator) => (this.#doneBytes = emulator.skim(bytes)));
    this.#totalBytes += this.#doneBytes;
  }

  #seed({ seed, offset }: SeedJob): boolean {
    this.#terminal.isMuted = true;
    this.#try((emulator) => emulator.write(this.#slice(seed.bytes)));
    if (this.#doneBytes < seed.bytes.length) return false;
    this.#try((emulator) => emulator.releaseFrame());
    this.#terminal.awake.rebase(offset);
    this.#terminal.isMuted = false;
    const { title } = this.#terminal.awake;
    if (title !== '') this.#notices.title(title);
    return true;
  }

  #slice(bytes: Uint8Array): Uint8Array {
    const slice = bytes.subarray(this.#doneBytes, this.#doneBytes + SLICE_BYTES);
    this.#doneBytes += slice.length;
    return slice;
  }

  /** When xterm.js stops in the middle of something nothing in it can be relied on any more. */
  #try(parse: (emulator: Emulator) => void): void {
    const emulator = this.#terminal.awake;
    try {
      parse(emulator);
      if (emulator.isFullOfLinks && this.#sinceRebuildBytes >= REBUILD_EVERY_BYTES) {
        this.#sinceRebuildBytes = 0;
        this.#terminal.rebuild();
      }
    } catch (error) {
      this.#terminal.begin(emulator.size, emulator.end);
      this.#sink.say({ kind: 'lost', screen: this.#screen, reason: String(error) });
    }
    this.#waitForFrame();
  }

  #waitForFrame(): void {
    if (this.#terminal.emulator?.isWaitingForFrame !== true) {
      this.#cancelFrameWait?.();
      this.#cancelFrameWait = undefined;
      return;
    }
    this.#cancelFrameWait ??= this.#sink.clock.after(FRAME_HELD_MS, () => {
      this.#cancelFrameWait = undefined;
      if (this.#terminal.emulator === undefined) return;
      this.#try((emulator) => emulator.releaseFrame());
      this.#sendReplies();
      this.#sink.wake();
    });
  }

  /** Drops what was to be parsed; what was asked is answered from the seed. */
  #startOver(seed: ScreenSeed, offset: number): void {
    const dropped = this.#jobs.filter((job) => job.kind === 'write');
    const droppedBytes = dropped.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const begunBytes = this.#jobs[0]?.kind === 'write' ? this.#doneBytes : 0;
    this.#totalBytes += droppedBytes - begunBytes;
    this.#doneBytes = 0;
    this.#compared?.dispose();
    this.#compared = undefined;
    const asked = this.#jobs.filter((job) => isReading(job) || job.kind === 'reconcile');
    this.#jobs = [{ kind: 'seed', seed, offset }, ...asked];
    this.#terminal.begin(seed.size, offset);
    this.#report();
  }

  #reconcile({ request, seed, offset }: JobOf<'reconcile'>): boolean {
    this.#terminal.isMuted = true;
    const compared = (this.#compared ??= this.#terminal.make(seed.size, offset));
    try {
      compared.write(this.#slice(seed.bytes));
    } catch {
      this.#doneBytes = seed.bytes.length; // it is compared as far as it could be parsed
    }
    if (this.#doneBytes < seed.bytes.length) return false;
    compared.releaseFrame();
    this.#terminal.isMuted = false;
    this.#compared = undefined;
    const differs = !showSame(this.#terminal.awake, compared);
    if (differs) this.#terminal.become(compared);
    else compared.dispose();
    const { awake } = this.#terminal;
    if (differs || awake.end !== offset) awake.rebase(offset);
    this.#sink.say({ kind: 'reconciled', request, differs });
    return true;
  }

  #reply(kind: QueryKind, text: string): void {
    if (this.#answeredElsewhere.has(kind)) return;
    if (this.#replies.length < REPLIES_PER_SLICE_MAX) this.#replies.push(text);
  }

  #sendReplies(): void {
    if (this.#replies.length === 0) return;
    const bytes = new TextEncoder().encode(this.#replies.splice(0).join(''));
    this.#sink.say({ kind: 'reply', screen: this.#screen, bytes });
  }

  #report(): void {
    const unreportedBytes = this.#totalBytes - this.#reportedBytes;
    const isBusy = this.#jobs.some((job) => job.kind === 'write');
    if (unreportedBytes === 0 || (isBusy && unreportedBytes < PROGRESS_EVERY_BYTES)) return;
    this.#reportedBytes = this.#totalBytes;
    this.#sink.say({ kind: 'progress', screen: this.#screen, totalBytes: this.#totalBytes });
  }
}

function isReading({ kind }: Job | SeedJob): boolean {
  return kind === 'snapshot' || kind === 'text' || kind === 'pack';
}

/** The same text on the screen, and in as much of the scrollback as both have. */
function showSame(a: Emulator, b: Emulator): boolean {
  if (a.size.cols !== b.size.cols || a.size.rows !== b.size.rows) return false;
  const [mine, other] = [a.rows(RECONCILE_LINES), b.rows(RECONCILE_LINES)];
  const common = Math.min(mine.scrollback.length, other.scrollback.length);
  const last = (rows: readonly string[]) => (common === 0 ? [] : rows.slice(-common)).join('\n');
  return (
    mine.screen.join('\n') === other.screen.join('\n') &&
    last(mine.scrollback) === last(other.scrollback)
  );
}
