/**
 * Draws a whole terminal as bytes: what makes any xterm.js, fresh or dirty, show and behave like this
 * one. Not @xterm/addon-serialize: it leaves out half of the modes, all links and underline styles.
 */
import { SNAPSHOT_BYTES_MAX } from '@dashboard/protocol/limits';
import type { Colours } from './colours.ts';
import {
  finalSequence,
  positionSequence,
  regionSequence,
  savedCursorSequence,
  tabSequence,
  type CharsetNames,
} from './cursors.ts';
import { isAlternate, type Core, type ScreenBuffer } from './internals.ts';
import { modeSequence, type TrackedModes } from './modes.ts';
import { RowPainter, type Detail } from './rows.ts';
import type { Titles } from './titles.ts';

export interface Drawable {
  readonly core: Core;
  readonly modes: TrackedModes;
  readonly titles: Titles;
  readonly colours: Colours;
  readonly charsets: CharsetNames;
}

export interface Drawing {
  readonly bytes: Uint8Array;
  readonly scrollbackLines: number;
}

/**
 * CAN ends whatever sequence the other terminal was left in. A synchronized frame is ended and not
 * begun again, even inside one: a viewer would see nothing at all until the program ends it. RIS
 * does the rest but for what xterm.js keeps over it: line feed mode, cursor blinking, visibility.
 */
const PROLOGUE = '\x18\x1b[?2026l\x1bc\x1b[20l\x1b[?12l\x1b[?25h';

/**
 * @param scrollbackLines at most this many; fewer if there are fewer or SNAPSHOT_BYTES_MAX says so.
 * Where the screen alone is longer, its text is drawn without attributes: that always fits, with
 * one character a cell, two screens and the largest size.
 */
export function drawSnapshot(terminal: Drawable, scrollbackLines: number): Drawing {
  const full = drawAround(terminal, 'full');
  const bytesLeft =
    SNAPSHOT_BYTES_MAX - Buffer.byteLength(full.before) - Buffer.byteLength(full.after);
  if (bytesLeft < 0) {
    const { before, after } = drawAround(terminal, 'text');
    return { bytes: Buffer.from(before + after), scrollbackLines: 0 };
  }
  const lines = drawScrollback(terminal.core, scrollbackLines, bytesLeft);
  const bytes = Buffer.from(full.before + lines.join('') + full.after);
  return { bytes, scrollbackLines: lines.length };
}

/** Everything but the scrollback, which goes between the two. */
function drawAround(terminal: Drawable, detail: Detail): { before: string; after: string } {
  const { core, modes, titles, colours, charsets } = terminal;
  const { normal, alt } = core._bufferService.buffers;
  const painter = new RowPainter(core, detail);
  const alternate = !isAlternate(core)
    ? ''
    : `\x1b[?1047h\x1b[H${drawScreen(painter, alt)}${drawBeside(terminal, alt)}` +
      modes.keyboard.flagsSequence('alternate');
  return {
    before:
      PROLOGUE + colours.sequence() + titles.sequence() + modes.keyboard.flagsSequence('normal'),
    after: [
      drawScreen(painter, normal),
      drawBeside(terminal, normal),
      alternate,
      modes.sequence(),
      modeSequence(core),
      finalSequence(core, charsets),
    ].join(''),
  };
}

function drawScreen(painter: RowPainter, buffer: ScreenBuffer): string {
  const rows: string[] = [];
  for (let at = buffer.ybase; at < buffer.lines.length; at++)
    rows.push(drawRow(painter, buffer, at));
  return rows.join('');
}

/** The cursor comes last: the region moves it, and a switch of screens takes it along. */
function drawBeside({ core, charsets }: Drawable, buffer: ScreenBuffer): string {
  const { cols, rows } = core._bufferService;
  return [
    tabSequence(buffer, cols),
    savedCursorSequence(core, buffer, charsets),
    regionSequence(buffer, rows),
    positionSequence(Math.min(buffer.x, cols - 1), buffer.y),
  ].join('');
}

/** From the newest line upwards, as far as the bytes allow; returned from the oldest down. */
function drawScrollback(core: Core, linesMax: number, bytesMax: number): string[] {
  const { normal } = core._bufferService.buffers;
  const painter = new RowPainter(core, 'full');
  const lines: string[] = [];
  let bytesLeft = bytesMax;
  for (let at = normal.ybase - 1; at >= 0 && lines.length < linesMax; at--) {
    const row = drawRow(painter, normal, at);
    bytesLeft -= Buffer.byteLength(row);
    if (bytesLeft < 0) break;
    lines.push(row);
  }
  return lines.reverse();
}

function drawRow(painter: RowPainter, buffer: ScreenBuffer, at: number): string {
  const line = buffer.lines.get(at);
  // Past its end the list begins again where it is full.
  const next = at + 1 < buffer.lines.length ? buffer.lines.get(at + 1) : undefined;
  return line === undefined ? '\r\n' : painter.draw(line, next);
}
