/** Whether the agent works, waits for a person or neither, and the dialogs that wait. */
import { OpenDialog, type Answer, type Dialog } from './dialogs.ts';
import type { Status } from './registry.ts';

export class Activity {
  readonly #onChange: (status: Status) => void;
  readonly #dialogs: OpenDialog[] = [];
  #busy = 0;

  constructor(onChange: (status: Status) => void) {
    this.#onChange = onChange;
  }

  /** The one that is shown; others wait behind it. */
  get dialog(): OpenDialog | undefined {
    return this.#dialogs[0];
  }

  get status(): Status {
    const waitingFor = this.dialog?.dialog.waitingFor;
    if (waitingFor !== undefined) return { status: 'waiting', waitingFor };
    return { status: this.#busy > 0 ? 'busy' : 'idle' };
  }

  /** Busy until what it returns is called. */
  begin(): () => void {
    this.#busy++;
    this.#changed();
    return () => {
      this.#busy--;
      this.#changed();
    };
  }

  /**
   * Whoever answers first: the person in the terminal, or `elsewhere`.
   *
   * @param elsewhere never fulfilled when it leaves the question to the person
   */
  async ask(
    dialog: Dialog,
    elsewhere = new Promise<Answer | 'escape'>(() => {}),
  ): Promise<Answer | 'escape'> {
    const open = new OpenDialog(dialog);
    this.#dialogs.push(open);
    this.#changed();
    try {
      return await Promise.race([open.answer, elsewhere]);
    } finally {
      this.#dialogs.splice(this.#dialogs.indexOf(open), 1);
      this.#changed();
    }
  }

  #changed(): void {
    this.#onChange(this.status);
  }
}
