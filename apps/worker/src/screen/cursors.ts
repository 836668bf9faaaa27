/**
 * Draws what a terminal keeps beside its cells, per screen: tab stops, saved cursor, scroll region.
 * And for both screens together: where the cursor is, what the pen looks like, which characters
 * the next letters stand for.
 */
import { openCore, type ScreenBuffer, type Charset, type Core } from './internals.ts';
import { LINK_END, linkOf, linkSequence, penSequence } from './pen.ts';
import { attributesOf, emptyCell, hasText, standing, widthOf } from './rows.ts';
import { createTerminal } from './xterm.ts';

const TAB_EVERY = 8;
/** Final characters that designate a character set; B is ASCII. */
const CHARSET_NAMES = '0A4C5RQKYE6ZH7=';
const DESIGNATORS = ['(', ')', '*', '+'] as const;
const LOCKING_SHIFTS = ['\x0f', '\x0e', '\x1bn', '\x1bo'] as const;

export class CharsetNames {
  readonly #names = new Map<object, string>();

  constructor() {
    const terminal = createTerminal({ cols: 2, rows: 1 });
    const core = openCore(terminal);
    for (const name of CHARSET_NAMES) {
      core._inputHandler.parse(Buffer.from(`\x1b(${name}`));
      const charset = core._charsetService._charsets[0];
      if (charset !== undefined) this.#names.set(charset, name);
    }
    terminal.dispose();
  }

  of(charset: Charset): string {
    return (charset === undefined ? undefined : this.#names.get(charset)) ?? 'B';
  }
}

export function positionSequence(x: number, y: number): string {
  return `\x1b[${y + 1};${x + 1}H`;
}

/** Of the screen it is sent to. Leaves the cursor somewhere. */
export function tabSequence(buffer: ScreenBuffer, cols: number): string {
  const stops = columnsOf(buffer, cols);
  const usual = Array.from({ length: Math.ceil(cols / TAB_EVERY) }, (_, stop) => stop * TAB_EVERY);
  if (stops.join() === usual.join()) return '';
  return `\x1b[3g${stops.map((column) => `\x1b[${column + 1}G\x1bH`).join('')}`;
}

function columnsOf(buffer: ScreenBuffer, cols: number): number[] {
  const columns: number[] = [];
  for (let column = 0; column < cols; column++) if (buffer.tabs[column]) columns.push(column);
  return columns;
}

/** Moves the cursor home. */
export function regionSequence(buffer: ScreenBuffer, rows: number): string {
  if (buffer.scrollTop === 0 && buffer.scrollBottom === rows - 1) return '';
  return `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r`;
}

/** Expects a plain pen, ASCII in G0 and no origin mode, and leaves them so. */
export function savedCursorSequence(
  core: Core,
  buffer: ScreenBuffer,
  charsets: CharsetNames,
): string {
  const { cols, rows } = core._bufferService;
  const x = Math.min(buffer.savedX, cols - 1);
  // Saved above the screen it comes back in the first row, as xterm has it.
  const y = Math.max(0, Math.min(buffer.savedY - buffer.ybase, rows - 1));
  const { fg, bg } = buffer.savedCurAttrData;
  const pen = penSequence({ fg, bg, extended: undefined });
  const charset = charsets.of(buffer.savedCharset);
  if (x === 0 && y === 0 && pen === '' && charset === 'B') return '';
  const [before, after] = charset === 'B' ? ['', ''] : [`\x1b(${charset}`, '\x1b(B'];
  return `${positionSequence(x, y)}${pen}${before}\x1b7${after}\x1b[m`;
}

/**
 * The end of every snapshot. A cursor beyond the last column and the character that a combining
 * mark would join can only be had by printing that character again; before the character sets
 * change when something came after it, and after them when nothing did.
 */
export function finalSequence(core: Core, charsets: CharsetNames): string {
  const pen = core._inputHandler._curAttrData;
  const { active } = core._bufferService.buffers;
  const printed = lastPrinted(core);
  const mayJoin = core._inputHandler._parser.precedingJoinState !== 0;
  const isPastEnd = active.x >= core._bufferService.cols;
  const place = isPastEnd ? passEnd(core, printed) : cursorSequence(core, active.x, active.y);
  const link = linkSequence(core, pen.extended?.urlId ?? 0);
  const setting = `${charsetSequence(core, charsets)}\x1b[m${penSequence(pen)}${link}`;
  const isSame = printed.joins && printed.pen === penSequence(attributesOf(pen));
  return place + setting + (mayJoin && isSame ? overprint(core, printed) : '');
}

interface Printed {
  readonly column: number;
  readonly text: string;
  readonly width: number;
  readonly pen: string;
  readonly link: number;
  /** As wide as what the parser printed last: then it is that. */
  readonly joins: boolean;
  readonly isBlankRow: boolean;
}

/** The character to the left of the cursor. */
function lastPrinted(core: Core): Printed {
  const { buffers, cols } = core._bufferService;
  const { active } = buffers;
  const line = active.lines.get(active.ybase + active.y);
  const end = Math.min(active.x, cols);
  const cell = emptyCell();
  let column = Math.max(0, end - 1);
  line?.loadCell(column, cell);
  if (column > 0 && widthOf(cell) === 0 && !hasText(cell)) line?.loadCell((column -= 1), cell);
  const columns = Math.max(1, widthOf(cell));
  const isWhole = hasText(cell) && column + columns === end;
  const attributes = attributesOf(cell);
  return {
    column,
    text: isWhole ? standing(cell) : ' ',
    width: isWhole ? columns : 1,
    pen: penSequence(attributes),
    link: linkOf(attributes),
    isBlankRow: line?.translateToString(true) === '',
    joins: isWhole && ((core._inputHandler._parser.precedingJoinState >> 1) & 3) === widthOf(cell),
  };
}

/** Erasing to the left leaves the cursor beyond a blank row, where it can follow the same way. */
function passEnd(core: Core, printed: Printed): string {
  const link = linkSequence(core, printed.link);
  const blank = printed.isBlankRow ? '\x1b[1K' : '';
  return `\x1b[m${printed.pen}${link}${overprint(core, printed)}${blank}${link === '' ? '' : LINK_END}`;
}

/** Insert mode would push the character along that is to be printed over: it is deleted first. */
function overprint(core: Core, { column, text, width }: Printed): string {
  const { active } = core._bufferService.buffers;
  const isInserting = core.coreService.modes.insertMode;
  return `${cursorSequence(core, column, active.y)}${isInserting ? `\x1b[${width}P` : ''}${text}`;
}

/** In origin mode rows count from the top of the scroll region. */
function cursorSequence(core: Core, x: number, y: number): string {
  const { active } = core._bufferService.buffers;
  const top = core.coreService.decPrivateModes.origin ? active.scrollTop : 0;
  return positionSequence(x, Math.max(0, y - top));
}

/** After a cursor was restored, its set is in use although another is designated: the one in use counts. */
function charsetSequence(core: Core, charsets: CharsetNames): string {
  const { charset, glevel, _charsets } = core._charsetService;
  const names = DESIGNATORS.map((_, g) => charsets.of(g === glevel ? charset : _charsets[g]));
  const designated = names.map((name, g) => (name === 'B' ? '' : `\x1b${DESIGNATORS[g]}${name}`));
  return designated.join('') + (glevel === 0 ? '' : (LOCKING_SHIFTS[glevel] ?? ''));
}
