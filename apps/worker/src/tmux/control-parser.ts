/**
 * Reads what a tmux control client prints: replies between %begin and %end, and notifications
 * outside of them. Knows no process and no command. Inside a reply nothing is a notification and
 * only the %end with the same arguments ends it, since a captured screen may hold tmux's own words.
 */
import { MiB } from '@dashboard/protocol/limits';

/** One reply: 5000 lines of scrollback, each cell with a colour of its own, are about 20 MiB. */
export const REPLY_BYTES_MAX = 64 * MiB;

export type ControlEvent =
  | {
      readonly type: 'reply';
      readonly isError: boolean;
      /** Whether this client sent the command; tmux also reports the attach itself. */
      readonly isOurs: boolean;
      /** The lines, with a newline between them and none at the end. */
      readonly bytes: Buffer;
    }
  | { readonly type: 'notification'; readonly name: string; readonly rest: string };

const LF = 0x0a;
const PERCENT = 0x25;
/** Longest line that can be a guard. */
const GUARD_BYTES_MAX = 100;

interface OpenReply {
  /** Time, number and flags of its %begin. A pane may print "%end"; it does not know these. */
  readonly guard: string;
  readonly lines: Buffer[];
}

export class ControlParser {
  /** Pieces of a line whose end is still to come. */
  #partial: Buffer[] = [];
  /** Of the partial line and the open reply together. */
  #heldBytes = 0;
  #open: OpenReply | undefined;

  /** @throws Error when what arrives cannot be control mode; the parser is of no use afterwards */
  push(chunk: Buffer): ControlEvent[] {
    const events: ControlEvent[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      const event = this.#readLine(this.#complete(chunk.subarray(start, end)));
      if (event !== undefined) events.push(event);
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(this.#partial, chunk.subarray(start));
    return events;
  }

  #complete(end: Buffer): Buffer {
    if (this.#partial.length === 0) return end;
    const line = Buffer.concat([...this.#partial, end]);
    this.#heldBytes -= line.length - end.length;
    this.#partial = [];
    return line;
  }

  #hold(place: Buffer[], bytes: Buffer): void {
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > REPLY_BYTES_MAX) throw new Error('a reply of tmux has no end');
    place.push(Buffer.from(bytes));
  }

  #readLine(line: Buffer): ControlEvent | undefined {
    return this.#open === undefined ? this.#readOutside(line) : this.#readInside(line, this.#open);
  }

  #readInside(line: Buffer, open: OpenReply): ControlEvent | undefined {
    const isGuard = line[0] === PERCENT && line.length <= GUARD_BYTES_MAX;
    const head = isGuard ? line.toString() : '';
    const isError = head === `%error ${open.guard}`;
    if (!isError && head !== `%end ${open.guard}`) return void this.#hold(open.lines, line);
    this.#open = undefined;
    this.#heldBytes = 0;
    const isOurs = open.guard.endsWith(' 1');
    return { type: 'reply', isError, isOurs, bytes: joined(open.lines) };
  }

  #readOutside(line: Buffer): ControlEvent | undefined {
    const [name = '', ...words] = line.toString().split(' ');
    if (!name.startsWith('%')) throw new Error(`not tmux control mode: ${name.slice(0, 40)}`);
    const rest = words.join(' ');
    if (name === '%end' || name === '%error') throw new Error(`${name} without its %begin`);
    if (name !== '%begin') return { type: 'notification', name, rest };
    this.#open = { guard: rest, lines: [] };
    return undefined;
  }
}

function joined(lines: readonly Buffer[]): Buffer {
  const newline = Buffer.of(LF);
  return Buffer.concat(lines.flatMap((line, at) => (at === 0 ? [line] : [newline, line])));
}
