/**
 * Turns what tmux tells of a pane into bytes that redraw it on a fresh terminal: scrollback, main
 * screen, alternate screen, modes, cursor, and the start of a sequence whose rest is still to come.
 *
 * What tmux cannot tell: the colours that the next character would have (default is assumed), the
 * background of cells that were erased at the end of a row, tab stops, character sets, and the first
 * bytes of a character that was cut in two. Of bracketed paste
 * tmux tells from 3.7 on, of focus reports never: mode-memory.ts keeps both with the pane, and
 * where nothing is known they are taken to be off. Pure.
 */
import { invariant } from '@dashboard/protocol/invariant';
import type { ScreenSeed } from '../session/ports.ts';
import { closeStyles } from './pane-style.ts';

/** Name of each field in the order of the line; the title comes last, since it may hold anything. */
const FIELDS = {
  cols: 'pane_width',
  rows: 'pane_height',
  historyLines: 'history_size',
  isAlternate: 'alternate_on',
  savedX: 'alternate_saved_x',
  savedY: 'alternate_saved_y',
  x: 'cursor_x',
  y: 'cursor_y',
  isCursorShown: 'cursor_flag',
  isInserting: 'insert_flag',
  hasCursorKeys: 'keypad_cursor_flag',
  hasKeypad: 'keypad_flag',
  mouseStandard: 'mouse_standard_flag',
  mouseButton: 'mouse_button_flag',
  mouseAll: 'mouse_all_flag',
  mouseSgr: 'mouse_sgr_flag',
  mouseUtf8: 'mouse_utf8_flag',
  isOrigin: 'origin_flag',
  regionTop: 'scroll_region_upper',
  regionBottom: 'scroll_region_lower',
  isWrapping: 'wrap_flag',
  isPasteBracketed: 'bracket_paste_flag',
  modes: '@dashboard-modes',
  host: 'host',
  title: 'pane_title',
} as const;

type Fields = Readonly<Record<keyof typeof FIELDS, string>>;

const SEPARATOR = '|';
const TITLE_CHARS_MAX = 256;
const NEWLINE = '\r\n';
const PASTE = 2004;

/** For display-message. A missing variable of an older tmux expands to nothing. */
export const SEED_FORMAT = Object.values(FIELDS)
  .map((name) => `#{${name}}`)
  .join(SEPARATOR);

/** The replies to commands.capture(), in its order. */
export interface Captured {
  readonly fields: Uint8Array;
  readonly history: Uint8Array;
  readonly screen: Uint8Array;
  /** Empty unless the alternate screen is shown. */
  readonly mainScreen: Uint8Array;
  readonly pending: Uint8Array;
}

/** @param replies to commands.capture() */
export function seedOf(replies: readonly Buffer[]): ScreenSeed {
  const [fields, history, screen, mainScreen, pending] = replies;
  invariant(
    fields && history && screen && mainScreen && pending,
    'the replies to capture() would be taken for each other',
  );
  return makeSeed({ fields, history, screen, mainScreen, pending });
}

export function makeSeed(captured: Captured): ScreenSeed {
  const fields = parseFields(text(captured.fields));
  const size = { cols: Number(fields.cols), rows: Number(fields.rows) };
  const isAlternate = isSet(fields.isAlternate);
  const screen = rowsOf(captured.screen, size.rows);
  const main = isAlternate ? rowsOf(captured.mainScreen, size.rows) : screen;
  const cursor = { x: Number(fields.x), y: Number(fields.y) };

  const parts = [history(captured.history, fields), main.join(NEWLINE)];
  if (isAlternate) {
    parts.push(moveTo({ x: Number(fields.savedX), y: Number(fields.savedY) }, main, size.cols));
    parts.push('\x1b[?1049h\x1b[H', screen.join(NEWLINE));
  }
  parts.push(modes(fields), moveTo(cursor, screen, size.cols), lateModes(fields, cursor));
  const drawn = Buffer.from(parts.join(''));
  return { size, bytes: Buffer.concat([drawn, unescape(text(captured.pending))]) };
}

/** The modes that an earlier worker kept with the pane, and bracketed paste where tmux knows of it. */
export function modesOf(fields: Uint8Array): readonly number[] {
  return rememberedModes(parseFields(text(fields)));
}

function rememberedModes({ modes, isPasteBracketed }: Fields): readonly number[] {
  const remembered = new Set(
    modes
      .split(',')
      .filter((mode) => /^\d{1,5}$/.test(mode))
      .map(Number),
  );
  if (isPasteBracketed === '1') remembered.add(PASTE);
  if (isPasteBracketed === '0') remembered.delete(PASTE);
  return [...remembered];
}

function parseFields(line: string): Fields {
  const names = Object.keys(FIELDS);
  const values = line.split(SEPARATOR);
  const title = values.slice(names.length - 1).join(SEPARATOR);
  const entries = names.map((name, at) => [name, name === 'title' ? title : (values[at] ?? '')]);
  return Object.fromEntries(entries) as Fields; // its keys are those of FIELDS
}

/** Asked for "up to line -1", tmux gives the first visible line where there is no scrollback. */
function history(bytes: Uint8Array, fields: Fields): string {
  if (Number(fields.historyLines) === 0) return '';
  return closeStyles(text(bytes).split('\n')).join(NEWLINE) + NEWLINE;
}

/** Exactly `count` rows, since what is above them is pushed out of sight by their number. */
function rowsOf(bytes: Uint8Array, count: number): string[] {
  const rows = closeStyles(text(bytes).split('\n'));
  return Array.from({ length: count }, (_, at) => rows[at] ?? '');
}

/**
 * A cursor one column past the last one waits there with the wrap still to do. No sequence moves it
 * there; only writing the row again does.
 */
function moveTo({ x, y }: Point, rows: readonly string[], cols: number): string {
  if (x < cols) return `\x1b[${y + 1};${x + 1}H`;
  return `\x1b[${y + 1};1H${rows[y] ?? ''}`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Flags of tmux, and what sets the mode when the flag has this value. */
const MODES: readonly (readonly [keyof typeof FIELDS, '0' | '1', string])[] = [
  ['hasCursorKeys', '1', '\x1b[?1h'],
  ['hasKeypad', '1', '\x1b='],
  ['mouseStandard', '1', '\x1b[?1000h'],
  ['mouseButton', '1', '\x1b[?1002h'],
  ['mouseAll', '1', '\x1b[?1003h'],
  ['mouseUtf8', '1', '\x1b[?1005h'],
  ['mouseSgr', '1', '\x1b[?1006h'],
  ['isCursorShown', '0', '\x1b[?25l'],
];

/** What has to be set before the cursor is moved: the scroll region moves it to the corner. */
function modes(fields: Fields): string {
  const { regionTop, regionBottom, rows, title, host } = fields;
  const isWhole = Number(regionTop) === 0 && Number(regionBottom) === Number(rows) - 1;
  return [
    title === host || title === '' ? '' : `\x1b]2;${printable(title)}\x1b\\`,
    isWhole ? '' : `\x1b[${Number(regionTop) + 1};${Number(regionBottom) + 1}r`,
    ...rememberedModes(fields).map((mode) => `\x1b[?${mode}h`),
    ...MODES.filter(([flag, value]) => fields[flag] === value).map(([, , sequence]) => sequence),
  ].join('');
}

/**
 * What would get in the way of drawing. Origin mode counts rows from the scroll region and moves
 * the cursor, so the cursor is placed again in its terms.
 */
function lateModes(fields: Fields, { x, y }: Point): string {
  const column = Math.min(x, Number(fields.cols) - 1) + 1;
  const row = Math.max(0, y - Number(fields.regionTop)) + 1;
  return [
    isSet(fields.isOrigin) ? `\x1b[?6h\x1b[${row};${column}H` : '',
    isSet(fields.isInserting) ? '\x1b[4h' : '',
    fields.isWrapping === '0' ? '\x1b[?7l' : '',
  ].join('');
}

function isSet(flag: string): boolean {
  return flag === '1';
}

/** A title comes from the program; within our own sequence it may not end that sequence. */
function printable(title: string): string {
  return title.replace(/[\p{Cc}\p{Cs}]/gu, '').slice(0, TITLE_CHARS_MAX);
}

/** capture-pane -C writes bytes below a space, and the backslash, as three octal digits. */
function unescape(pending: string): Buffer {
  const bytes = pending.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return Buffer.from(bytes, 'latin1');
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}
