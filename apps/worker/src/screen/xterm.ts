/**
 * A headless xterm.js set up as the page sets up its own: same widths of characters, so that rows
 * wrap at the same place. (Its packages are CommonJS: Node finds no named exports in them.)
 */
import { invariant } from '@dashboard/protocol/invariant';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import { guard } from '@dashboard/xterm/guards';
import unicode11 from '@xterm/addon-unicode11';
import headless, { type Terminal } from '@xterm/headless';
import { SCROLLBACK_KEPT_LINES } from './limits.ts';

export function createTerminal(size: TerminalSize): Terminal {
  const terminal = new headless.Terminal({
    ...size,
    scrollback: SCROLLBACK_KEPT_LINES,
    allowProposedApi: true,
    logLevel: 'off', // it would write to the console of the worker
  });
  terminal.loadAddon(new unicode11.Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  invariant(guard(terminal), 'a program could stop the screens of all sessions with one sequence');
  return terminal;
}
