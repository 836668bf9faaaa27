/** A program in a session that prints and tells what a test wants: both ends of a terminal in one hand. */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineName, SessionSummary } from '@dashboard/protocol/sessions';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import { expect, type Dashboard } from '../dashboard.ts';
import { TerminalPage } from '../terminal-page.ts';

const PROGRAM = join(import.meta.dirname, 'puppet-program.ts');

interface Told {
  readonly typed?: string;
  readonly size?: TerminalSize;
}

let puppets = 0;

export class Puppet {
  readonly session: SessionSummary;
  readonly terminal: TerminalPage;
  readonly #socket: Socket;
  #typed = '';
  #size: TerminalSize = { cols: 0, rows: 0 };

  /** In a session of its own, and a page of the owner that shows it. */
  static async start(dashboard: Dashboard, engine: EngineName): Promise<Puppet> {
    const { stack } = dashboard;
    const name = `puppet ${++puppets}`;
    const session = await stack.owner.startSession({ directory: stack.projects, name, engine });
    const path = join(stack.directory, `puppet-${puppets}.sock`);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const { promise: connected, resolve } = Promise.withResolvers<Socket>();
    server.once('connection', resolve);
    const terminal = await new TerminalPage(await dashboard.as('owner')).open(session.id);
    await terminal.type(`exec ${process.execPath} ${PROGRAM} ${path}\n`);
    const socket = await connected;
    server.close();
    dashboard.atEnd(() => socket.destroy());
    const puppet = new Puppet({ session, terminal, socket });
    await puppet.size();
    puppet.print('\x1bc');
    await expect(terminal.rows).toHaveText('');
    return puppet;
  }

  private constructor(of: { session: SessionSummary; terminal: TerminalPage; socket: Socket }) {
    this.session = of.session;
    this.terminal = of.terminal;
    this.#socket = of.socket;
    createInterface(of.socket).on('line', (line) => {
      const { typed = '', size } = JSON.parse(line) as Told; // by our own program
      this.#typed += typed;
      this.#size = size ?? this.#size;
    });
  }

  /** Everything that the program was typed, bytes as characters, since it was last taken. */
  get typed(): string {
    return this.#typed;
  }

  takeTyped(): string {
    const typed = this.#typed;
    this.#typed = '';
    return typed;
  }

  /** As the kernel tells the program, once the page says the same. */
  async size(): Promise<TerminalSize> {
    await expect(async () => {
      const words = `${this.#size.cols} × ${this.#size.rows}`;
      await expect(this.terminal.page.getByText(words)).toBeVisible({ timeout: 100 });
    }).toPass({ timeout: 10_000 });
    return this.#size;
  }

  print(text: string): void {
    this.#socket.write(text);
  }

  /** Prints, and waits until the page has drawn a last word. */
  async show(text: string, word: string): Promise<void> {
    this.print(text + word);
    await this.terminal.shows(word);
  }

  /** The middle of a cell, in pixels of the window. */
  async place(column: number, row: number): Promise<[x: number, y: number]> {
    const { cols, rows } = await this.size();
    const box = await this.terminal.rows.boundingBox();
    if (box === null) throw new Error('the terminal is not shown');
    return [box.x + ((column + 0.5) * box.width) / cols, box.y + ((row + 0.5) * box.height) / rows];
  }
}
