/**
 * The attributes of cells and of the pen: xterm's packed integers in, escape sequences out.
 * Two cells look the same if and only if the same sequence describes them.
 */
import type { Attributes, Core } from './internals.ts';

const COLOUR_MODE = 0x3000000;
const PALETTE_16 = 0x1000000;
const RGB = 0x3000000;
const RGB_VALUE = 0xffffff;

const INVERSE = 0x4000000;
const BOLD = 0x8000000;
const UNDERLINE = 0x10000000;
const BLINK = 0x20000000;
const INVISIBLE = 0x40000000;
const STRIKETHROUGH = 0x80000000;

const ITALIC = 0x4000000;
const DIM = 0x8000000;
const HAS_EXTENDED = 0x10000000;
const PROTECTED = 0x20000000;
const OVERLINE = 0x40000000;

const FOREGROUND_FLAGS: readonly (readonly [number, string])[] = [
  [BOLD, '1'],
  [BLINK, '5'],
  [INVERSE, '7'],
  [INVISIBLE, '8'],
  [STRIKETHROUGH, '9'],
];
const BACKGROUND_FLAGS: readonly (readonly [number, string])[] = [
  [DIM, '2'],
  [ITALIC, '3'],
  [OVERLINE, '53'],
];

export const PLAIN: Attributes = { fg: 0, bg: 0, extended: undefined };

/** Sequences that change the pen from plain, without a link, to this. Empty for plain. */
export function penSequence(attributes: Attributes): string {
  if (attributes.fg === 0 && attributes.bg === 0 && !attributes.extended?.underlineColor) return '';
  const codes = sgrCodes(attributes);
  const sgr = codes.length > 0 ? `\x1b[${codes.join(';')}m` : '';
  return (attributes.bg & PROTECTED) === 0 ? sgr : `${sgr}\x1b[1"q`;
}

/** Parameters of CSI m that describe the attributes, 0 left out. */
export function sgrCodes({ fg, bg, extended }: Attributes): string[] {
  const codes: string[] = [];
  for (const [flag, code] of FOREGROUND_FLAGS) if ((fg & flag) !== 0) codes.push(code);
  for (const [flag, code] of BACKGROUND_FLAGS) if ((bg & flag) !== 0) codes.push(code);
  if ((fg & UNDERLINE) !== 0) codes.push(...underlineCodes(bg, extended));
  codes.push(...colourCodes(fg, { base: 30, bright: 90, long: 38 }));
  codes.push(...colourCodes(bg, { base: 40, bright: 100, long: 48 }));
  const underlineColour = extended?.underlineColor ?? 0;
  if (underlineColour !== 0) codes.push(...colourCodes(underlineColour, { long: 58 }));
  return codes;
}

/** An underline without a style does not show (xterm.js leaves such behind), nor can it be set. */
function underlineCodes(bg: number, extended: Attributes['extended']): string[] {
  if ((bg & HAS_EXTENDED) === 0 || extended === undefined) return ['4'];
  const withoutLink = extended.clone();
  withoutLink.urlId = 0;
  const style = withoutLink.underlineStyle;
  return style === 0 ? [] : [style === 1 ? '4' : `4:${style}`];
}

interface ColourCodes {
  readonly base?: number;
  readonly bright?: number;
  readonly long: number;
}

function colourCodes(packed: number, { base, bright, long }: ColourCodes): string[] {
  const mode = packed & COLOUR_MODE;
  const index = packed & 0xff;
  if (mode === RGB) {
    return [`${long}`, '2', `${(packed >> 16) & 0xff}`, `${(packed >> 8) & 0xff}`, `${index}`];
  }
  if (mode === PALETTE_16 && base !== undefined && bright !== undefined) {
    return [`${index < 8 ? base + index : bright + index - 8}`];
  }
  return mode === 0 ? [] : [`${long}`, '5', `${index}`];
}

/** What erasing leaves behind: no text and nothing but a background colour. */
export function isErasable({ fg, bg }: Attributes): boolean {
  return fg === 0 && (bg & ~(COLOUR_MODE | RGB_VALUE)) === 0;
}

export function hasBackground({ bg }: Attributes): boolean {
  return (bg & COLOUR_MODE) !== 0;
}

export function isProtected({ bg }: Attributes): boolean {
  return (bg & PROTECTED) !== 0;
}

/** The link that cells with these attributes carry; 0 when none. */
export function linkOf({ bg, extended }: Attributes): number {
  return (bg & HAS_EXTENDED) === 0 ? 0 : (extended?.urlId ?? 0);
}

/**
 * Opens the link (OSC 8). One without an id of its own gets one, so that its parts stay one link
 * although every row of a snapshot opens it anew.
 */
export function linkSequence(core: Core, link: number): string {
  const found = link === 0 ? undefined : core._oscLinkService.getLinkData(link);
  return found === undefined ? '' : `\x1b]8;id=${found.id ?? `s${link}`};${found.uri}\x1b\\`;
}

export const LINK_END = '\x1b]8;;\x1b\\';
