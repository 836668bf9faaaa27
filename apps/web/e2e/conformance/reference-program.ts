/** A program in a plain PTY, shown by xterm.js alone: what a native terminal would show of it. */
import type { Browser } from '@playwright/test';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import { spawn } from 'node-pty';
import { ReferenceTerminal } from './reference.ts';

export interface ProgramOptions {
  /** For /bin/sh. */
  readonly command: string;
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly size: TerminalSize;
}

export class ReferenceProgram {
  readonly terminal: ReferenceTerminal;
  readonly end: () => Promise<void>;

  static async start(browser: Browser, options: ProgramOptions): Promise<ReferenceProgram> {
    const { command, directory, env, size } = options;
    const input: { write?: (text: string) => void } = {};
    const terminal = await ReferenceTerminal.open(browser, size, (text) => input.write?.(text));
    const pty = spawn('/bin/sh', ['-c', command], {
      name: 'xterm-256color',
      cwd: directory,
      env: { ...env, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
      ...size,
    });
    input.write = (text) => pty.write(text);
    let drawn: Promise<void> = Promise.resolve();
    const reading = pty.onData((text) => (drawn = drawn.then(() => terminal.write(text))));
    await terminal.page.locator('.xterm-helper-textarea').focus();
    return new ReferenceProgram(terminal, async () => {
      reading.dispose();
      pty.kill();
      await drawn;
      await terminal.close();
    });
  }

  private constructor(terminal: ReferenceTerminal, end: () => Promise<void>) {
    this.terminal = terminal;
    this.end = end;
  }
}
