/** A terminal as a browser has it, and everything that is on it in a form that can be compared. */
import headless, { type IBufferCell } from '@xterm/headless';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';

export interface DrawnScreen {
  /** Scrollback and screen, trailing blanks removed, wrapped rows as they are. */
  readonly lines: readonly string[];
  /** The visible rows: characters with colours and attributes. */
  readonly cells: readonly string[];
  readonly cursor: readonly [number, number];
  readonly isAlternate: boolean;
  readonly modes: Readonly<Record<string, unknown>>;
}

export async function draw(
  size: TerminalSize,
  ...chunks: readonly Uint8Array[]
): Promise<DrawnScreen> {
  const terminal = new headless.Terminal({ ...size, scrollback: 10_000, allowProposedApi: true });
  for (const chunk of chunks) {
    await new Promise<void>((resolve) => terminal.write(chunk, resolve));
  }
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, at) => active.getLine(at)?.translateToString(true) ?? '',
  );
  const visible = Array.from({ length: size.rows }, (_, at) => active.getLine(active.baseY + at));
  const cells = visible.map((line) =>
    Array.from({ length: size.cols }, (_, at) => describe(line?.getCell(at))).join(' '),
  );
  const drawn = {
    lines,
    cells,
    cursor: [active.cursorX, active.cursorY] as const,
    isAlternate: active.type === 'alternate',
    modes: { ...terminal.modes },
  };
  terminal.dispose();
  return drawn;
}

function describe(cell: IBufferCell | undefined): string {
  if (cell === undefined) return 'none';
  const chars = cell.getChars();
  return [
    ...[chars === '' ? ' ' : chars, cell.getFgColorMode(), cell.getFgColor()],
    ...[cell.getBgColorMode(), cell.getBgColor(), cell.isBold(), cell.isUnderline()],
    ...[cell.isInverse(), cell.isItalic(), cell.isDim(), cell.isStrikethrough()],
  ].join();
}
