/**
 * How a pane and a window are brought together: the window in cells, and the font that makes a
 * foreign pane fit into it. Cells are measured, since only the renderer knows their true size.
 */
import { COLS_MAX, ROWS_MAX } from '@dashboard/protocol/limits';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import { FONT_PX_MIN, READABLE_FONT_PX } from './limits.ts';

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** Smaller than this no program draws anything sensible; a window half hidden is not asked for it. */
const WINDOW_COLS_MIN = 20;
const WINDOW_ROWS_MIN = 5;

/** What fits into `box` when a cell is `cell` large. */
export function windowOf(box: Box, cell: Box): TerminalSize {
  return {
    cols: within(Math.floor(box.width / cell.width), WINDOW_COLS_MIN, COLS_MAX),
    rows: within(Math.floor(box.height / cell.height), WINDOW_ROWS_MIN, ROWS_MAX),
  };
}

/**
 * The largest font, never above the preferred one, at which `pane` fits into `box`. In height it
 * always fits; in width only as long as it can be read, and beyond that the pane is panned.
 * @param cell at the preferred font size
 */
export function fontToFit(
  pane: TerminalSize,
  box: Box,
  { px, cell }: { readonly px: number; readonly cell: Box },
): number {
  const byWidth = Math.max(px * (box.width / (pane.cols * cell.width)), READABLE_FONT_PX);
  const byHeight = Math.max(px * (box.height / (pane.rows * cell.height)), FONT_PX_MIN);
  const fitting = Math.min(px, byWidth, byHeight);
  // Half pixels: fine enough to fill the window, coarse enough not to redraw for each pixel of it.
  return fitting === px ? px : Math.floor(fitting * 2) / 2;
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
