/** How large a terminal is. Cells, never pixels. */
import { Type, type Static } from 'typebox';
import { COLS_MAX, ROWS_MAX } from '../limits.ts';

export const TerminalSize = Type.Object(
  {
    cols: Type.Integer({ minimum: 1, maximum: COLS_MAX }),
    rows: Type.Integer({ minimum: 1, maximum: ROWS_MAX }),
  },
  { additionalProperties: false },
);
export type TerminalSize = Readonly<Static<typeof TerminalSize>>;

export function isSameSize(a: TerminalSize, b: TerminalSize): boolean {
  return a.cols === b.cols && a.rows === b.rows;
}
