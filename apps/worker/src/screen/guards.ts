/**
 * Keeps xterm.js 6.0 alive on input it was not made for. Counts that it would loop over two
 * thousand million times are cut to what can make a difference, and one erase that throws is done
 * in its stead. The page needs the same guards: there the same bytes freeze a viewer's terminal.
 */
import type { Core, Parameters } from './internals.ts';

/** Scroll up and down, insert and delete lines: after as many as there are rows all is blank. */
const BY_ROWS = ['S', 'T', 'L', 'M'];
/** Tabs forward and back. */
const BY_COLS = ['I', 'Z'];

export function guard(core: Core): void {
  const { _parser: parser } = core._inputHandler;
  for (const final of BY_ROWS) {
    parser.registerCsiHandler({ final }, (count) => limit(count, core._bufferService.rows));
  }
  for (const final of BY_COLS) {
    parser.registerCsiHandler({ final }, (count) => limit(count, core._bufferService.cols));
  }
  // Repeating a character: a screen full of it.
  parser.registerCsiHandler({ final: 'b' }, (count) => {
    return limit(count, core._bufferService.rows * core._bufferService.cols);
  });
  parser.registerCsiHandler({ final: 'J' }, (what) => eraseAbove(core, what, false));
  parser.registerCsiHandler({ prefix: '?', final: 'J' }, (what) => eraseAbove(core, what, true));
}

function limit({ params }: Parameters, most: number): false {
  params[0] = Math.min(params[0] ?? 0, most);
  return false;
}

/**
 * With the cursor in the last column of the last row of a screen without scrollback, xterm looks
 * for the row below to mark it as not wrapped. There is none. It has erased the cursor's row by
 * then: what is left are the rows above, as seen from the end of the row before.
 */
function eraseAbove(core: Core, what: Parameters, respectProtect: boolean): boolean {
  const { active } = core._bufferService.buffers;
  if (what.params[0] !== 1 || active.x + 1 < core._bufferService.cols) return false;
  if (active.lines.get(active.y + 1) !== undefined) return false;
  const { x, y } = active;
  try {
    core._inputHandler.eraseInDisplay(what, respectProtect);
  } catch {
    active.y = y - 1;
    if (y > 0) core._inputHandler.eraseInDisplay(what, respectProtect);
  }
  active.x = x;
  active.y = y;
  return true;
}
