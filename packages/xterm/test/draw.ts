/**
 * A program: writes each text of its first argument to a terminal of its own and prints what the
 * terminals show. For tests whose failure is an endless loop: a process can be killed from outside.
 */
import headless from '@xterm/headless';
import { guard } from '../src/guards.ts';
import type { Drawing, Shown } from './drawn.ts';

// xterm.js parses in a timer, where nobody can catch. Without this its source, one line, is printed.
process.on('uncaughtException', ({ message }) => {
  process.stderr.write(message);
  process.exit(1);
});

const drawings: Drawing[] = JSON.parse(process.argv[2] ?? '');
process.stdout.write(JSON.stringify(await Promise.all(drawings.map(draw))));

async function draw({ library, size, isGuarded, text }: Drawing): Promise<Shown> {
  const options = { ...size, scrollback: 100, allowProposedApi: true };
  const terminal =
    library === '@xterm/headless' ? new headless.Terminal(options) : await pageTerminal(options);
  if (isGuarded && !guard(terminal)) throw new Error(`this version of ${library} is not guarded`);
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const { active } = terminal.buffer;
  const rows: string[] = [];
  for (let at = 0; at < active.length; at++) {
    const line = active.getLine(at);
    rows.push(`${line?.isWrapped === true ? '↪' : ''}${line?.translateToString(true) ?? ''}`);
  }
  return { rows, cursor: [active.cursorX, active.cursorY] };
}

/** Never opened, so it asks for no document. */
async function pageTerminal(options: object): Promise<headless.Terminal> {
  const { default: page } = await import('@xterm/xterm');
  return new page.Terminal(options);
}
