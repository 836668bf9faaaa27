/** A terminal session on paper: the far end of its sockets and what it draws, for tests. */
import { utf8 } from '@dashboard/protocol/terminal/bytes';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { ViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import type { Place, Surface } from './output-follower.ts';
import { TerminalSession } from './terminal-session.svelte.ts';
import type { Loss, SocketEvents } from './terminal-socket.ts';

export const SIZE = { cols: 80, rows: 24 };

/** The far end of one socket, as the session opened it. */
interface Opened {
  readonly window: TerminalSize | undefined;
  readonly place: Place | undefined;
  readonly events: SocketEvents;
  readonly sent: ViewerFrame[];
  isClosed: boolean;
}

/** Writes down what it is told, and parses at once unless it is told to wait. */
class Paper implements Surface {
  text = '';
  log: string[] = [];
  isSlow = false;
  readonly #parsed: (() => void)[] = [];

  reset(): void {
    this.text = '';
    this.log.push('reset');
  }

  resize({ cols, rows }: TerminalSize): void {
    this.log.push(`${cols}x${rows}`);
  }

  write(bytes: Uint8Array, parsed: () => void): void {
    this.text += new TextDecoder().decode(bytes);
    this.#parsed.push(parsed);
    if (!this.isSlow) this.parse();
  }

  parse(): void {
    for (const parsed of this.#parsed.splice(0)) parsed();
  }
}

export function setUp() {
  const clock = new ManualClock();
  const paper = new Paper();
  const opened: Opened[] = [];
  const session = new TerminalSession({
    clock,
    random: () => 0.5,
    open: (window, place, events) => {
      const one: Opened = { window, place, events, sent: [], isClosed: false };
      opened.push(one);
      return {
        send: (frame) => void one.sent.push(frame),
        close: () => void (one.isClosed = true),
      };
    },
  });
  session.start(paper, SIZE);
  const last = () => {
    const one = opened.at(-1);
    if (one === undefined) throw new Error('nothing was opened');
    return one;
  };
  const receive = (...frames: WorkerFrame[]) => {
    for (const frame of frames) last().events.frame(frame);
  };
  const lose = (loss: Partial<Loss> = {}) =>
    last().events.lost({ stage: 'socket', why: undefined, ...loss });
  const type = (text: string) => session.type(utf8(text));
  return { clock, paper, opened, session, last, receive, lose, type };
}

export const attached = (
  more: Partial<Extract<WorkerFrame, { type: 'attached' }>> = {},
): WorkerFrame => ({
  type: 'attached',
  epoch: 1,
  offset: 0,
  size: SIZE,
  role: 'operator',
  isController: true,
  inputOffset: 0,
  ...more,
});
export const output = (offset: number, text: string): WorkerFrame => ({
  type: 'output',
  offset,
  bytes: utf8(text),
});
export const snapshot = (offset: number, text: string, part = { isFirst: true, isLast: true }) =>
  ({
    type: 'snapshot',
    offset,
    size: SIZE,
    scrollbackLines: 0,
    bytes: utf8(text),
    ...part,
  }) as const;

export const acks = (sent: ViewerFrame[]) => sent.filter((frame) => frame.type === 'ack');
export const typed = (sent: ViewerFrame[]) => sent.filter((frame) => frame.type === 'input');
