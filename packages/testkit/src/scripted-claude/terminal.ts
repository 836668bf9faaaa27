/** The terminal that the scripted agent runs in: keys in, drawing out, how it ends. */
import type { Clock } from '@dashboard/runtime/clock';
import { Keyboard, type Input } from './keyboard.ts';
import { Screen } from './screen.ts';

export class Terminal {
  readonly screen = new Screen(process.stdout);
  /** Set by whoever the person talks to. */
  onInput: (input: Input) => void = () => {};
  /** The terminal is gone, or has another size. */
  onGone: () => void = () => {};
  onResize: () => void = () => {};

  constructor(clock: Clock) {
    const keyboard = new Keyboard(clock, (input) => this.onInput(input));
    const { stdin, stdout } = process;
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdin.on('data', (text: string) => keyboard.receive(text));
    stdin.on('end', () => this.onGone());
    // Reading or writing fails once the other end of the terminal has been closed.
    stdin.on('error', () => this.onGone());
    stdout.on('error', () => this.onGone());
    stdout.on('resize', () => this.onResize());
  }

  close(code: number): void {
    this.screen.end();
    process.exit(code);
  }
}
