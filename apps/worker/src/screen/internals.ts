/**
 * What @xterm/headless knows and its public API does not tell: saved cursors, scroll regions,
 * charsets, the pen, mouse encoding, raw cells. A second bookkeeping beside xterm's own would have
 * to repeat its every quirk, so it is read here, in one place, and checked when a terminal is made:
 * an update of xterm that moves something fails at once and by name.
 */
import { invariant } from '@dashboard/protocol/invariant';
import { coreOf, hasShape, type RegisterCsiHandler, type Shape } from '@dashboard/xterm/internals';
import type { Terminal } from '@xterm/headless';

/** Colours and flags of a cell or of the pen, packed as xterm's buffer/Constants.ts says. */
export interface Attributes {
  readonly fg: number;
  readonly bg: number;
  readonly extended: ExtendedAttributes | undefined;
}

export interface ExtendedAttributes {
  readonly urlId: number;
  /** Reads as "dashed" whenever there is a link; `clone()` without the link tells the real one. */
  readonly underlineStyle: number;
  readonly underlineColor: number;
  clone(): { urlId: number; readonly underlineStyle: number };
}

export interface Cell {
  content: number;
  fg: number;
  bg: number;
  combinedData: string;
  extended: ExtendedAttributes | undefined;
}

export interface Line {
  readonly length: number;
  readonly isWrapped: boolean;
  /** Fills in what the cell has; `combinedData` and `extended` stay as they were otherwise. */
  loadCell(column: number, cell: Cell): Cell;
  translateToString(trimRight: boolean): string;
}

/** xterm's character sets are plain objects; which one it is shows by identity. */
export type Charset = object | undefined;

export interface ScreenBuffer {
  readonly lines: { readonly length: number; get(index: number): Line | undefined };
  x: number;
  y: number;
  /** Lines above the screen. */
  readonly ybase: number;
  readonly scrollTop: number;
  readonly scrollBottom: number;
  readonly tabs: Readonly<Record<number, boolean | undefined>>;
  readonly savedX: number;
  /** Counted from the first line kept, not from the top of the screen. */
  readonly savedY: number;
  readonly savedCurAttrData: { readonly fg: number; readonly bg: number };
  readonly savedCharset: Charset;
}

export interface Core {
  readonly _inputHandler: {
    readonly _curAttrData: Attributes;
    readonly _parser: {
      readonly currentState: number;
      /** Not 0 directly after a printed character: what a combining character would join. */
      readonly precedingJoinState: number;
      readonly _transitions: { readonly table: Uint8Array };
      reset(): void;
      registerCsiHandler: RegisterCsiHandler;
    };
    parse(bytes: Uint8Array): unknown;
  };
  readonly _bufferService: {
    readonly cols: number;
    readonly rows: number;
    readonly buffers: {
      readonly normal: ScreenBuffer;
      readonly alt: ScreenBuffer;
      readonly active: ScreenBuffer;
    };
  };
  readonly _charsetService: {
    readonly charset: Charset;
    readonly glevel: number;
    readonly _charsets: readonly Charset[];
  };
  readonly coreService: {
    readonly isCursorHidden: boolean;
    readonly modes: { readonly insertMode: boolean };
    readonly decPrivateModes: {
      readonly applicationCursorKeys: boolean;
      readonly applicationKeypad: boolean;
      readonly bracketedPasteMode: boolean;
      readonly cursorBlink: boolean | undefined;
      readonly cursorStyle: 'block' | 'underline' | 'bar' | undefined;
      readonly origin: boolean;
      readonly reverseWraparound: boolean;
      readonly sendFocus: boolean;
      readonly synchronizedOutput: boolean;
      readonly wraparound: boolean;
    };
  };
  readonly coreMouseService: { readonly activeProtocol: string; readonly activeEncoding: string };
  readonly optionsService: {
    readonly rawOptions: { readonly convertEol: boolean; readonly cursorBlink: boolean };
  };
  readonly _oscLinkService: {
    readonly _dataByLinkId: { readonly size: number };
    getLinkData(id: number): { readonly id?: string; readonly uri: string } | undefined;
  };
}

const SHAPE: Shape = {
  '_inputHandler._curAttrData.extended.urlId': 'number',
  '_inputHandler._parser.currentState': 'number',
  '_inputHandler._parser.precedingJoinState': 'number',
  '_inputHandler._parser._transitions.table': 'object',
  '_inputHandler._parser.registerCsiHandler': 'function',
  '_inputHandler._parser.reset': 'function',
  '_inputHandler.parse': 'function',
  '_bufferService.cols': 'number',
  '_bufferService.buffers.active.ybase': 'number',
  '_bufferService.buffers.alt.scrollBottom': 'number',
  '_bufferService.buffers.normal.savedCurAttrData.fg': 'number',
  '_bufferService.buffers.normal.savedY': 'number',
  '_bufferService.buffers.normal.tabs': 'object',
  '_bufferService.buffers.normal.lines.get': 'function',
  '_charsetService.glevel': 'number',
  '_charsetService._charsets': 'object',
  'coreService.isCursorHidden': 'boolean',
  'coreService.modes.insertMode': 'boolean',
  'coreService.decPrivateModes.synchronizedOutput': 'boolean',
  'coreMouseService.activeProtocol': 'string',
  'coreMouseService.activeEncoding': 'string',
  'optionsService.rawOptions.convertEol': 'boolean',
  '_oscLinkService._dataByLinkId.size': 'number',
  '_oscLinkService.getLinkData': 'function',
};

export function openCore(terminal: Terminal): Core {
  const core = coreOf(terminal);
  invariant(isCore(core), 'this version of @xterm/headless keeps its state elsewhere');
  return core;
}

function isCore(core: unknown): core is Core {
  return hasShape(core, SHAPE);
}

export function isAlternate(core: Core): boolean {
  const { active, alt } = core._bufferService.buffers;
  return active === alt;
}
