/**
 * Finds what of a flood of plain lines need not be parsed, since so many lines follow that nothing of
 * it will be left on the screen or above it. Pure, and exact: the terminal ends up as if all of it
 * had been parsed (skim.test.ts). Whatever is more than text and colours is parsed.
 */

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const ESC = 0x1b;
const SPACE = 0x20;
const DEL = 0x7f;
/** Begins U+0080 to U+00BF in UTF-8, of which the first half are control characters. */
const LATIN_LEAD = 0xc2;
const C1_END = 0xa0;

export interface Skim {
  /** Bytes at the front that leave nothing behind but the pen. They end with a line. */
  readonly length: number;
  /** The colour sequences among them since the last reset: they make the pen what it would be. */
  readonly pen: Uint8Array;
}

/**
 * @param linesKept lines of the screen and above it; as many line feeds stay to be parsed
 * @param rows of the screen: as many line feeds are at least passed over, so that the cursor is in
 *   the last row for certain
 */
export function skim(
  bytes: Uint8Array,
  { linesKept, rows }: { linesKept: number; rows: number },
): Skim | undefined {
  const end = plainEnd(bytes);
  const length = cutBefore(bytes.subarray(0, end), linesKept);
  if (length === 0 || !hasLines(bytes.subarray(0, length), rows)) return undefined;
  return { length, pen: penAfter(bytes.subarray(0, length)) };
}

/** Where text, line ends, tabs and colours end. */
function plainEnd(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if ((byte >= SPACE && byte !== DEL && byte !== LATIN_LEAD) || isBlank(byte)) at += 1;
    else if (byte === ESC) {
      const end = colourEnd(bytes, at);
      if (end === undefined) return at;
      at = end;
    } else if (byte === LATIN_LEAD && (bytes[at + 1] ?? 0) >= C1_END) at += 1;
    else return at;
  }
  return at;
}

function isBlank(byte: number): boolean {
  return byte === LF || byte === CR || byte === TAB;
}

/** Behind the `m` of CSI … m without a prefix, or undefined where something else begins. */
function colourEnd(bytes: Uint8Array, from: number): number | undefined {
  if (bytes[from + 1] !== 0x5b) return undefined;
  for (let at = from + 2; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x6d) return at + 1;
    if (byte < 0x30 || byte > 0x3b) return undefined; // digits, colon, semicolon
  }
  return undefined;
}

/** Behind the last CR LF that at least `lines` line feeds follow: there the cursor is in column 0. */
function cutBefore(bytes: Uint8Array, lines: number): number {
  let at = bytes.length;
  for (let count = 0; at >= 0; count++) {
    if (count > lines && bytes[at - 1] === CR) return at + 1;
    at = at === 0 ? -1 : bytes.lastIndexOf(LF, at - 1);
  }
  return 0;
}

function hasLines(bytes: Uint8Array, lines: number): boolean {
  let at = -1;
  for (let count = 0; count < lines; count++) {
    at = bytes.indexOf(LF, at + 1);
    if (at === -1) return false;
  }
  return true;
}

function penAfter(bytes: Uint8Array): Uint8Array {
  let colours: Uint8Array[] = [];
  for (let at = bytes.indexOf(ESC); at !== -1; at = bytes.indexOf(ESC, at + 1)) {
    const colour = bytes.subarray(at, colourEnd(bytes, at));
    if (isReset(colour)) colours = [];
    colours.push(colour);
  }
  return Buffer.concat(colours);
}

/** CSI m and CSI 0 m. */
function isReset({ length, 2: first }: Uint8Array): boolean {
  return length === 3 || (length === 4 && first === 0x30);
}
