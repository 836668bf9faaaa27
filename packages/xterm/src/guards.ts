/**
 * Keeps xterm.js 6.0 alive on input it was not made for. Counts that it would loop over two
 * thousand million times are cut to what can make a difference, and one erase that throws is done
 * in its stead. Unguarded, fourteen bytes stop a screen thread, or the tab of everybody who watches.
 */
import { coreOf, hasShape, type Parameters, type RegisterCsiHandler } from './internals.ts';

/** A `Terminal` of @xterm/headless or of @xterm/xterm. */
export interface GuardableTerminal {
  readonly cols: number;
  readonly rows: number;
}

interface GuardedCore {
  readonly _inputHandler: {
    readonly _parser: { registerCsiHandler: RegisterCsiHandler };
    eraseInDisplay(parameters: Parameters, respectProtect: boolean): boolean;
  };
  readonly _bufferService: {
    readonly buffers: {
      readonly active: {
        readonly lines: { get(index: number): object | undefined };
        readonly x: number;
        y: number;
      };
    };
  };
}

export const SHAPE = {
  '_inputHandler._parser.registerCsiHandler': 'function',
  // What handlers are called with.
  '_inputHandler._parser._params.params': 'object',
  '_inputHandler.eraseInDisplay': 'function',
  '_bufferService.buffers.active.lines.get': 'function',
  '_bufferService.buffers.active.x': 'number',
  '_bufferService.buffers.active.y': 'number',
} as const;

/** Scroll up and down, insert and delete lines: after as many as there are rows all is blank. */
const BY_ROWS = ['S', 'T', 'L', 'M'];
/** Tabs forward and back. */
const BY_COLS = ['I', 'Z'];

/** @returns false when this version of xterm.js is built otherwise: it is left as it is then */
export function guard(terminal: GuardableTerminal): boolean {
  const core = coreOf(terminal);
  if (!isGuardable(core)) return false;
  const { _parser: parser } = core._inputHandler;
  for (const final of BY_ROWS) {
    parser.registerCsiHandler({ final }, (count) => limit(count, terminal.rows));
  }
  for (const final of BY_COLS) {
    parser.registerCsiHandler({ final }, (count) => limit(count, terminal.cols));
  }
  // Repeating a character: a screen full of it.
  parser.registerCsiHandler({ final: 'b' }, (count) => limit(count, terminal.rows * terminal.cols));
  parser.registerCsiHandler({ final: 'J' }, (what) => {
    return eraseAbove({ terminal, core, what, respectProtect: false });
  });
  parser.registerCsiHandler({ prefix: '?', final: 'J' }, (what) => {
    return eraseAbove({ terminal, core, what, respectProtect: true });
  });
  return true;
}

function isGuardable(core: unknown): core is GuardedCore {
  return hasShape(core, SHAPE);
}

function limit({ params }: Parameters, most: number): false {
  params[0] = Math.min(params[0] ?? 0, most);
  return false;
}

interface Erasure {
  readonly terminal: GuardableTerminal;
  readonly core: GuardedCore;
  readonly what: Parameters;
  readonly respectProtect: boolean;
}

/**
 * With the cursor in the last column of the last row of a screen without scrollback, xterm looks
 * for the row below to mark it as not wrapped. There is none. It has erased the cursor's row by
 * then: what is left are the rows above, as seen from the end of the row before.
 */
function eraseAbove({ terminal, core, what, respectProtect }: Erasure): boolean {
  const { active } = core._bufferService.buffers;
  if (what.params[0] !== 1 || active.x + 1 < terminal.cols) return false;
  if (active.lines.get(active.y + 1) !== undefined) return false;
  const { y } = active;
  try {
    core._inputHandler.eraseInDisplay(what, respectProtect);
  } catch {
    active.y = y - 1;
    if (y > 0) core._inputHandler.eraseInDisplay(what, respectProtect);
  }
  active.y = y;
  return true;
}
