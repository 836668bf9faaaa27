/**
 * The viewers of one session while things are killed: two that stay and read, one that goes and comes,
 * one that acknowledges late, one that does not read for a while, and those that vanish. Every byte
 * that any of them is sent is compared with what the program printed at that offset.
 */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SessionId } from '@dashboard/protocol/ids';
import { expectedBytes } from '@dashboard/testkit/numbered-lines';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import type { Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import type { Random } from './random.ts';

interface Chunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What one epoch's bytes must be, by offset; for viewers that were there before BEGIN. */
export class Oracle {
  /** Offset of BEGIN in the log. */
  #begin: number | undefined;
  /** Before BEGIN was seen, and what is no line of the program: END, or wrong. */
  #unclear: Chunk[] = [];
  bytes = 0;

  see(chunk: Chunk): void {
    this.bytes += chunk.bytes.length;
    if (this.#begin === undefined) {
      const at = Buffer.from(chunk.bytes).indexOf('BEGIN\r\n');
      this.#unclear.push(chunk);
      if (at < 0) return;
      this.#begin = chunk.offset + at;
      this.#unclear = this.#unclear.filter((each) => !this.#isRight(each));
    } else if (!this.#isRight(chunk)) this.#unclear.push(chunk);
  }

  /** @returns offsets of chunks that hold what was not printed there */
  wrong(count: number): number[] {
    if (this.#begin === undefined) throw new Error('nobody has seen BEGIN');
    return this.#unclear.filter((each) => !this.#isRight(each, count)).map(({ offset }) => offset);
  }

  #isRight({ offset, bytes }: Chunk, count?: number): boolean {
    const from = offset - (this.#begin ?? Infinity);
    const after = from < 0 ? bytes.subarray(-from) : bytes;
    if (after.length === 0 || from === -Infinity) return true; // a shell's greeting
    const wanted = expectedBytes({ from: Math.max(0, from), length: after.length }, count);
    return wanted.equals(after);
  }
}

export interface Watching {
  readonly role: string;
  readonly viewer: TerminalClient;
  readonly screen: ScreenReader | undefined;
  /** SHA-256 of all output since BEGIN, for who was never redrawn. */
  readonly hash: () => string;
}

const ROLES = ['steady', 'steady too', 'restless', 'slow', 'deaf'] as const;

export class Crowd {
  readonly oracle = new Oracle();
  /** What they do comes of `random`; who is steady does nothing. */
  readonly steady: readonly Watching[];
  readonly #others: Readonly<Record<'restless' | 'slow' | 'deaf', Watching>>;
  readonly #stack: Stack;
  readonly #session: SessionId;
  readonly #half: TerminalClient[] = [];
  #vanished = 0;

  private constructor(from: { stack: Stack; session: SessionId; all: readonly Watching[] }) {
    const [first, second, restless, slow, deaf] = from.all;
    if (!first || !second || !restless || !slow || !deaf) throw new Error('somebody is missing');
    this.#stack = from.stack;
    this.#session = from.session;
    this.steady = [first, second];
    this.#others = { restless, slow, deaf };
  }

  /** For who reads that somebody did not arrive where all do. */
  describe(): string {
    return this.all
      .map(({ role, viewer }) => {
        const { epoch, offset, isAttached, acks, reconnects, resyncs, closeCode, socket } = viewer;
        const state = { epoch, offset, isAttached, acks, reconnects, resyncs, closeCode };
        const isPaused = socket?.isPaused;
        return `${role} ${JSON.stringify({ ...state, isPaused, socket: socket?.readyState })}`;
      })
      .join('\n');
  }

  /** @param withScreens they draw what they get, which limits how much that can be */
  static async gather(
    stack: Stack,
    session: SessionId,
    { withScreens }: { withScreens: boolean },
  ): Promise<Crowd> {
    const seen: ((chunk: Chunk) => void)[] = [];
    const see = (chunk: Chunk): void => seen.forEach((one) => one(chunk));
    const all: Watching[] = [];
    for (const role of ROLES) {
      all.push(await watch(stack, session, { role, see, withScreen: withScreens }));
    }
    const crowd = new Crowd({ stack, session, all });
    if (!withScreens) seen.push((chunk) => crowd.oracle.see(chunk)); // one epoch only
    return crowd;
  }

  get all(): readonly Watching[] {
    return [...this.steady, ...Object.values(this.#others)];
  }

  get vanished(): number {
    return this.#vanished;
  }

  /** One of them does what it is there for. */
  async stir(random: Random): Promise<string> {
    const { restless, slow, deaf } = this.#others;
    const what = random.pick({ leave: 3, reset: 3, slow: 2, deaf: 2, vanish: 2, half: 1 });
    if (what === 'leave' && !isReset(restless.viewer)) restless.viewer.socket?.terminate();
    if (what === 'reset') reset(restless.viewer);
    if (what === 'slow') setAcks(slow.viewer, !slow.viewer.acks);
    if (what === 'deaf') setReading(deaf.viewer);
    if (what === 'vanish' || what === 'half') await this.#vanish(what);
    return what;
  }

  /** Everybody reads and acknowledges again; who does not come back any more is gone. */
  settle(): void {
    const { slow, deaf } = this.#others;
    setAcks(slow.viewer, true);
    deaf.viewer.socket?.resume();
    for (const viewer of this.#half) viewer.close();
  }

  /** Comes, and is gone without a word: by a reset, or by never being heard of again. */
  async #vanish(how: 'vanish' | 'half'): Promise<void> {
    const viewer = new TerminalClient(this.#stack.owner, this.#session);
    viewer.keepsFrames = false;
    try {
      await viewer.attach();
      await until(() => viewer.offset > 0, { what: 'it is sent something' });
    } catch {
      return viewer.close(); // a daemon is away just now: there is nothing to vanish from
    }
    this.#vanished++;
    if (how === 'half') {
      viewer.socket?.pause();
      this.#half.push(viewer);
    } else {
      reset(viewer);
      viewer.close();
    }
  }
}

async function watch(
  { owner }: Stack,
  session: SessionId,
  { role, see, withScreen }: { role: string; see: (chunk: Chunk) => void; withScreen: boolean },
): Promise<Watching> {
  const screen = withScreen ? new ScreenReader() : undefined;
  const hash = createHash('sha256');
  let hasBegun = false;
  const viewer = new TerminalClient(owner, session, {
    isPersistent: true,
    ...(screen === undefined ? {} : { screen }),
    onFrame: (frame) => {
      if (frame.type !== 'output') return;
      see(frame);
      const at = hasBegun ? 0 : Buffer.from(frame.bytes).indexOf('BEGIN\r\n');
      hasBegun ||= at >= 0;
      if (hasBegun) hash.update(frame.bytes.subarray(at));
    },
  });
  await viewer.attach();
  await until(() => viewer.resyncs > 0, { what: 'the first screen is there' });
  viewer.keepsFrames = false;
  return { role, viewer, screen, hash: () => hash.digest('hex') };
}

function setAcks(viewer: TerminalClient, acks: boolean): void {
  viewer.acks = acks;
  if (acks && viewer.isAttached) viewer.send({ type: 'ack', offset: viewer.offset });
}

/** Reads no more, or reads again: also after it was cut off meanwhile. */
function setReading({ socket }: TerminalClient): void {
  if (socket?.isPaused === true) socket.resume();
  else socket?.pause();
}

/**
 * By RST. Nothing else may happen to the socket meanwhile: Node cannot reset one that is destroyed
 * while it is shut down, and never says that it is closed.
 */
function reset(viewer: TerminalClient): void {
  const socket = rawSocketOf(viewer);
  if (socket === undefined || isReset(viewer)) return;
  socket.pause(); // an error that is read would destroy it
  socket.resetAndDestroy();
}

function isReset(viewer: TerminalClient): boolean {
  return rawSocketOf(viewer)?.writableEnded === true;
}

/** Below the WebSocket, where a connection can be reset. */
export function rawSocketOf({ socket }: TerminalClient): Socket | undefined {
  return socket !== undefined && '_socket' in socket && socket['_socket'] !== null
    ? (socket['_socket'] as Socket) // what ws calls it, in every version so far
    : undefined;
}
