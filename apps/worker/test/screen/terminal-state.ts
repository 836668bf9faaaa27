/** Describes everything two terminals can differ in, as text that a failing test can show. */
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import { CharsetNames } from '#src/screen/cursors.ts';
import { Emulator } from '#src/screen/emulator.ts';
import {
  isAlternate,
  openCore,
  type Attributes,
  type Core,
  type Line,
  type ScreenBuffer,
} from '#src/screen/internals.ts';
import { SCROLLBACK_KEPT_LINES } from '#src/screen/limits.ts';
import { linkOf } from '#src/screen/pen.ts';
import { attributesOf, emptyCell, hasText, textOf, widthOf } from '#src/screen/rows.ts';
import { createTerminal } from '#src/screen/xterm.ts';

/** xterm.js as the page has it: nothing held back, nothing tracked, only kept from hanging. */
export function plainTerminal(size: TerminalSize): Core {
  return openCore(createTerminal(size));
}

/** @param pieces are written to it; its events go nowhere */
export function emulate(size: TerminalSize, ...pieces: readonly Uint8Array[]): Emulator {
  charsets ??= new CharsetNames();
  const silent = { reply() {}, title() {}, bell() {} };
  const emulator = new Emulator({ size, offset: 0, charsets }, silent);
  for (const piece of pieces) emulator.write(piece);
  return emulator;
}

let charsets: CharsetNames | undefined;

export function write(core: Core, ...pieces: readonly Uint8Array[]): void {
  for (const piece of pieces) core._inputHandler.parse(piece);
}

/** One string a line: rows with their attributes first, then everything else. */
export function stateOf(core: Core, scrollbackLines = SCROLLBACK_KEPT_LINES): string[] {
  const { normal, alt, active } = core._bufferService.buffers;
  return [
    ...rowsOf(core, normal, scrollbackLines),
    ...(isAlternate(core) ? ['alternate', ...rowsOf(core, alt, 0)] : []),
    // A mark alone in the last column moves the cursor one further; no difference shows.
    `cursor ${Math.min(active.x, core._bufferService.cols)},${active.y} pen ${lookOf(core._inputHandler._curAttrData)}`,
    `link ${linkUri(core, core._inputHandler._curAttrData.extended?.urlId ?? 0)}`,
    `normal ${besideOf(core, normal)}`,
    isAlternate(core) ? `alternate ${besideOf(core, alt)}` : '',
    `modes ${modesOf(core)}`,
    `charset ${JSON.stringify(core._charsetService.charset)} level ${core._charsetService.glevel}`,
  ].map((line) => line.replaceAll('\x1b', '␛'));
}

function rowsOf(core: Core, buffer: ScreenBuffer, scrollbackLines: number): string[] {
  const first = Math.max(0, buffer.ybase - scrollbackLines);
  const rows: string[] = [`${buffer.ybase - first} above`];
  for (let at = first; at < buffer.lines.length; at++) {
    const line = buffer.lines.get(at);
    // What the first row continues is not there: nobody can print it so.
    const continues = at > first && line?.isWrapped === true ? '↪' : ' ';
    rows.push(continues + cellsOf(core, buffer, at));
  }
  return rows;
}

/**
 * xterm.js can tear wide characters apart, into a first half alone or a second half alone. Nobody
 * can print those; they count as a space and a blank, which is how they look.
 */
function cellsOf(core: Core, buffer: ScreenBuffer, at: number): string {
  const line = buffer.lines.get(at);
  const { cols } = core._bufferService;
  let row = '';
  let last = '';
  for (let column = 0; line !== undefined && column < cols; column++) {
    const cell = line.loadCell(column, emptyCell());
    const attributes = attributesOf(cell);
    const look = lookOf(attributes) + linkUri(core, linkOf(attributes));
    row += look === last ? '' : `{${look}}`;
    last = look;
    const width = widthOf(cell);
    const isWide = width === 2 && isSecondHalf(line, column + 1, cols);
    row += width === 2 && !isWide ? ' ' : hasText(cell) ? textOf(cell) : '·';
    if (width === 0 && hasText(cell)) row += '(0)';
    if (isWide) row += '(2)';
    if (isWide) column += 1;
  }
  return row;
}

function isSecondHalf(line: Line, column: number, cols: number): boolean {
  if (column >= Math.min(cols, line.length)) return false;
  const cell = line.loadCell(column, emptyCell());
  return widthOf(cell) === 0 && !hasText(cell);
}

function besideOf(core: Core, buffer: ScreenBuffer): string {
  const { cols, rows } = core._bufferService;
  const tabs = Array.from({ length: cols }, (_, column) => (buffer.tabs[column] ? '|' : ' '));
  const { fg, bg } = buffer.savedCurAttrData;
  const savedY = Math.max(0, Math.min(buffer.savedY - buffer.ybase, rows - 1));
  const saved = `${Math.min(buffer.savedX, cols - 1)},${savedY}`;
  const pen = lookOf({ fg, bg, extended: undefined });
  const charset = JSON.stringify(buffer.savedCharset);
  return `region ${buffer.scrollTop}-${buffer.scrollBottom} saved ${saved} ${pen} ${charset} tabs ${tabs.join('')}`;
}

/** Not in the words of pen.ts and modes.ts, which could be wrong in both places alike. */
function lookOf({ fg, bg, extended }: Attributes): string {
  const flags = [(fg & 0xec000000) >>> 0, (bg & 0xec000000) >>> 0].map((bits) => bits.toString(16));
  const underline = extended?.clone();
  if (underline !== undefined) underline.urlId = 0;
  const style = (fg & 0x10000000) === 0 ? 0 : (underline?.underlineStyle ?? 1);
  const colours = [fg, bg, extended?.underlineColor ?? 0].map(colourOf);
  const look = [...flags, style, ...colours].join(' ');
  return look === '0 0 0 0:0 0:0 0:0' ? '' : look;
}

/** Beside a palette colour stand bits of the colour before it. */
function colourOf(packed: number): string {
  const mode = (packed >>> 24) & 3;
  const value = mode === 3 ? packed & 0xffffff : mode === 0 ? 0 : packed & 0xff;
  return `${mode}:${value.toString(16)}`;
}

function modesOf(core: Core): string {
  const { modes, decPrivateModes, isCursorHidden } = core.coreService;
  const { convertEol, cursorBlink } = core.optionsService.rawOptions;
  const { activeProtocol, activeEncoding } = core.coreMouseService;
  const options = { isCursorHidden, convertEol, optionBlink: cursorBlink };
  // A snapshot ends a synchronized frame and does not begin it again.
  const kept = { ...decPrivateModes, synchronizedOutput: undefined };
  return JSON.stringify({ ...modes, ...kept, ...options, activeProtocol, activeEncoding });
}

function linkUri(core: Core, link: number): string {
  return link === 0 ? '' : (core._oscLinkService.getLinkData(link)?.uri ?? '?');
}
