/** Draws in another process, which is killed when a terminal does not come back. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Library = '@xterm/headless' | '@xterm/xterm';

export interface Drawing {
  readonly library: Library;
  readonly size: { readonly cols: number; readonly rows: number };
  readonly isGuarded: boolean;
  readonly text: string;
}

export interface Shown {
  /** Scrollback and screen, blanks at the ends removed; "↪" before a row that goes on the one above. */
  readonly rows: readonly string[];
  /** Column and row, from 0. */
  readonly cursor: readonly [number, number];
}

const PROGRAM = join(import.meta.dirname, 'draw.ts');
/** Starting Node and xterm.js takes a tenth of it on two busy cores. */
const DRAW_TIMEOUT_MS = 8_000;

/** @throws Error when the process fails, or is not done in time */
export async function drawn(
  drawings: readonly Drawing[],
  timeoutMs = DRAW_TIMEOUT_MS,
): Promise<readonly Shown[]> {
  const run = promisify(execFile);
  const options = { timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
  try {
    const { stdout } = await run(process.execPath, [PROGRAM, JSON.stringify(drawings)], options);
    return JSON.parse(stdout);
  } catch (error) {
    if (!(error instanceof Error && 'killed' in error && error.killed === true)) throw error;
    throw new Error(`not drawn within ${timeoutMs} ms`); // its cause is a command line of a page
  }
}
