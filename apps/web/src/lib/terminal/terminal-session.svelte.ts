/**
 * One viewer's tie to one session: attaches, follows the output, numbers the input, and comes back
 * by itself after a loss. Has runes and no DOM; the socket, the clock and the surface are handed in.
 */
import { ERRORS } from '@dashboard/protocol/errors';
import type { Role } from '@dashboard/protocol/roles';
import { isSameSize, type TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Malformed } from '@dashboard/protocol/terminal/viewer-frames';
import type { ClosingReason, WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { Clock } from '@dashboard/runtime/clock';
import { Backoff } from '../api/backoff.ts';
import type { Connection, Ending, Hint, LossReason } from './connection.ts';
import { InputQueue } from './input-queue.ts';
import { isReport } from './keys.ts';
import {
  ATTACH_TIMEOUT_MS,
  HINT_SHOWN_MS,
  LOST_INPUT_CHARS_SHOWN,
  NOTICE_SHOWN_MS,
  RESIZE_DEBOUNCE_MS,
  RESYNC_SHOWN_MS,
  STABLE_AFTER_MS,
} from './limits.ts';
import { NamedTimers } from './named-timers.ts';
import { OutputFollower, type Surface } from './output-follower.ts';
import type { Loss, OpenTerminalSocket, TerminalSocket } from './terminal-socket.ts';

type TimerName = 'attach' | 'stable' | 'retry' | 'count' | 'resize' | 'resync' | 'hint' | 'notice';
type FrameOf<T extends WorkerFrame['type']> = Extract<WorkerFrame, { type: T }>;
type Handlers = { readonly [T in WorkerFrame['type']]: (frame: FrameOf<T>) => void };

export interface TerminalSessionOptions {
  readonly open: OpenTerminalSocket;
  readonly clock: Clock;
  /** From 0 to 1; spreads the times of coming back. */
  readonly random: () => number;
}

export class TerminalSession {
  connection = $state.raw<Connection>({ name: 'connecting' });
  role = $state.raw<Role>();
  isController = $state(false);
  /** Name of who decides the size; empty when nobody does. */
  controller = $state('');
  /** Of the pane, which need not be that of this window. */
  size = $state.raw<TerminalSize>();
  title = $state('');
  ending = $state.raw<Ending>();
  /** Bytes that the last resync skipped, while it is news. */
  skippedBytes = $state<number>();
  hint = $state<Hint>();
  notice = $state<string>();
  /** Typed, never accepted, and not typed again: the program it was meant for may be gone. */
  lostInput = $state<string>();

  readonly mayControl = $derived(this.role === 'operator' || this.role === 'owner');
  readonly mayType = $derived(
    this.connection.name === 'live' && this.mayControl && this.ending === undefined,
  );

  readonly #open: OpenTerminalSocket;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #input = new InputQueue();
  readonly #timers: NamedTimers<TimerName>;
  #epoch: number | undefined;
  #output: OutputFollower | undefined;
  #surface: Surface | undefined;
  #socket: TerminalSocket | undefined;
  #window: TerminalSize | undefined;
  /** What the worker was told of the window on this socket. */
  #toldWindow: TerminalSize | undefined;

  constructor({ open, clock, random }: TerminalSessionOptions) {
    this.#open = open;
    this.#clock = clock;
    this.#backoff = new Backoff(random);
    this.#timers = new NamedTimers(clock);
  }

  start(surface: Surface, window: TerminalSize): void {
    this.#surface = surface;
    this.#window = window;
    this.#output = new OutputFollower(surface, this.#clock, (offset) =>
      this.#socket?.send({ type: 'ack', offset }),
    );
    this.attach();
  }

  stop(): void {
    this.#dropSocket();
    this.#timers.cancelAll();
    this.#output?.stop();
  }

  /** Connects now, whatever was planned. Also takes a session back that another tab replaced. */
  attach(): void {
    this.#dropSocket();
    this.#timers.cancel('retry', 'count');
    this.connection = { name: 'connecting' };
    this.#toldWindow = this.#window;
    // A socket that was given up may still speak; only the newest is listened to.
    const socket: TerminalSocket = this.#open(this.#window, this.#output?.place, {
      frame: (frame) => {
        if (socket === this.#socket) this.#onFrame(frame);
      },
      lost: (loss) => {
        if (socket === this.#socket) this.#onLost(loss);
      },
    });
    this.#socket = socket;
    this.#timers.after('attach', ATTACH_TIMEOUT_MS, () => this.#retry('deadline_exceeded'));
  }

  /** The page became visible: whoever looks does not want to wait for the next try. */
  wake(): void {
    if (this.connection.name === 'waiting') this.#attachAfresh();
  }

  /** The network changed: a socket that seems open is most likely dead, and resuming costs little. */
  networkReturned(): void {
    if (this.connection.name !== 'closed') this.#attachAfresh();
  }

  /** Keys typed while not live are dropped: replayed later they would reach another prompt. */
  type(bytes: Uint8Array): void {
    if (!this.mayType) return isReport(bytes) ? undefined : this.#showHint(this.#whyNot());
    if (!this.#input.push(bytes)) return this.#showHint('too_much');
    this.#sendInput();
  }

  /** This window's size, in cells, as often as it changes. */
  setWindow(window: TerminalSize): void {
    this.#window = window;
    this.#timers.after('resize', RESIZE_DEBOUNCE_MS, () => this.#tellWindow());
  }

  takeControl(): void {
    this.#timers.cancel('resize');
    this.#tellWindow();
    this.#socket?.send({ type: 'control', take: true });
  }

  readonly #handlers: Handlers = {
    attached: (frame) => this.#onAttached(frame),
    output: ({ offset, bytes }) => {
      if (this.#output?.output(offset, bytes) === false) this.#resync();
    },
    snapshot: (frame) => this.#onSnapshot(frame),
    inputAck: ({ inputOffset }) => {
      this.#input.accept(inputOffset);
      this.#sendInput();
    },
    size: ({ size, isController, controller }) => {
      this.isController = isController;
      this.controller = controller;
      this.#setSize(size);
    },
    title: ({ title }) => {
      this.title = title;
    },
    // A sound in a tab nobody looks at helps nobody; alerts are another feature.
    bell: () => undefined,
    notice: ({ text }) => {
      this.notice = text;
      this.#timers.after('notice', NOTICE_SHOWN_MS, () => (this.notice = undefined));
    },
    exited: ({ code, signal, isLost }) => {
      this.ending = { code, signal, isLost };
    },
    closing: ({ reason, retryMs }) => this.#onClosing(reason, retryMs),
  };

  #onFrame(frame: WorkerFrame | Malformed): void {
    if (frame.type === 'malformed') return this.#close('malformed');
    // The table pairs each type with its own frame, which a lookup by union cannot express.
    const handle = this.#handlers[frame.type] as (frame: WorkerFrame) => void;
    handle(frame);
  }

  #onAttached({ epoch, offset, size, role, isController, inputOffset }: FrameOf<'attached'>): void {
    const isSameLog = this.#epoch === epoch;
    this.#epoch = epoch;
    this.#timers.cancel('attach');
    this.#timers.after('stable', STABLE_AFTER_MS, () => this.#backoff.reset());
    this.role = role;
    this.isController = isController;
    this.#output?.attach({ epoch, offset });
    this.#setSize(size);
    if (!isSameLog) this.ending = undefined;
    if (!isSameLog || !this.#input.resumeAt(inputOffset)) this.#tellLost(inputOffset);
    this.connection = { name: 'live' };
    this.#sendInput();
    this.#tellWindow();
  }

  #onSnapshot(frame: FrameOf<'snapshot'>): void {
    const result = this.#output?.snapshot(frame) ?? 'broken';
    if (result === 'broken') return this.#resync();
    if (result === 'more') return;
    this.size = frame.size;
    if (result === 0) return;
    this.skippedBytes = result;
    this.#timers.after('resync', RESYNC_SHOWN_MS, () => (this.skippedBytes = undefined));
  }

  #onClosing(reason: ClosingReason, retryMs: number): void {
    const isFinal = reason === 'removed' || reason === 'revoked' || reason === 'replaced';
    if (isFinal || reason === 'malformed') this.#close(reason);
    else this.#retry(reason, retryMs);
  }

  #onLost({ stage, why }: Loss): void {
    // A socket that lost its login is mended by asking for the next ticket, which refreshes it.
    const isOldLogin = stage === 'socket' && why === 'unauthenticated';
    if (why === undefined || isOldLogin || ERRORS[why].retryable) this.#retry(why);
    else this.#close(why);
  }

  /** Something is missing in between, which no worker should let happen: start from a snapshot. */
  #resync(): void {
    this.#output?.distrustPlace();
    this.#retry('gap');
  }

  #retry(why: LossReason, atLeastMs = 0): void {
    this.#dropSocket();
    const delayMs = Math.max(atLeastMs, this.#backoff.next());
    let retryInSeconds = Math.ceil(delayMs / 1000);
    this.connection = { name: 'waiting', retryInSeconds, why };
    this.#timers.every('count', 1000, () => {
      retryInSeconds = Math.max(1, retryInSeconds - 1);
      this.connection = { name: 'waiting', retryInSeconds, why };
    });
    this.#timers.after('retry', delayMs, () => this.attach());
  }

  #close(why: LossReason): void {
    this.#dropSocket();
    this.#timers.cancel('retry', 'count');
    this.connection = { name: 'closed', why };
  }

  #attachAfresh(): void {
    this.#backoff.reset();
    this.attach();
  }

  #dropSocket(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#timers.cancel('attach', 'stable');
  }

  #setSize(size: TerminalSize): void {
    if (this.size === undefined || !isSameSize(this.size, size)) this.#surface?.resize(size);
    this.size = size;
  }

  #tellWindow(): void {
    const [window, told] = [this.#window, this.#toldWindow];
    if (this.connection.name !== 'live' || !this.mayControl || window === undefined) return;
    if (told !== undefined && isSameSize(window, told)) return;
    this.#toldWindow = window;
    this.#socket?.send({ type: 'resize', size: window });
  }

  #sendInput(): void {
    if (this.connection.name !== 'live') return;
    for (let chunk = this.#input.next(); chunk; chunk = this.#input.next()) {
      this.#socket?.send({ type: 'input', ...chunk });
    }
  }

  #tellLost(inputOffset: number): void {
    const lost = this.#input.restartAt(inputOffset);
    if (lost.length === 0) return;
    this.lostInput = new TextDecoder().decode(lost).slice(0, LOST_INPUT_CHARS_SHOWN);
  }

  #whyNot(): Hint {
    if (this.ending !== undefined) return 'ended';
    return this.connection.name === 'live' ? 'view_only' : 'not_connected';
  }

  #showHint(hint: Hint): void {
    this.hint = hint;
    this.#timers.after('hint', HINT_SHOWN_MS, () => (this.hint = undefined));
  }
}
