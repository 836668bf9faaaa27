/** Tells the command of the settings' statusLine what the agent is at, and shows what it prints. */
import type { Clock } from '@dashboard/runtime/clock';
import { runCommand, type Fields } from './hooks.ts';

export interface StatusLineOptions {
  readonly command: string | undefined;
  readonly clock: Clock;
  readonly directory: string;
  readonly environment: () => NodeJS.ProcessEnv;
  readonly state: () => Fields;
  readonly onText: () => void;
}

const DEBOUNCE_MS = 300;
const TIMEOUT_MS = 5_000;

export class StatusLine {
  readonly #options: StatusLineOptions;
  #cancel: () => void = () => {};
  #number = 0;
  text = '';

  constructor(options: StatusLineOptions) {
    this.#options = options;
  }

  /** Several changes in a short time are told once. */
  changed(): void {
    if (this.#options.command === undefined) return;
    this.#cancel();
    this.#cancel = this.#options.clock.after(DEBOUNCE_MS, () => void this.#run());
  }

  end(): void {
    this.#cancel();
    this.#number++;
  }

  async #run(): Promise<void> {
    const { command = '', directory, environment, state, onText } = this.#options;
    const number = ++this.#number;
    const output = await runCommand({
      file: '/bin/sh',
      args: ['-c', command],
      input: JSON.stringify(state()),
      directory,
      env: environment(),
      timeoutMs: TIMEOUT_MS,
    });
    // What a newer run says counts, whichever ends first.
    if (number !== this.#number) return;
    this.text = output?.split('\n')[0] ?? '';
    onText();
  }
}
