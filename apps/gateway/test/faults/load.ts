/** A session that prints numbered lines until it is told to stop, and knows how many it printed. */
import { join } from 'node:path';
import type { SessionId } from '@dashboard/protocol/ids';
import { linesPrinted, numberedLinesCommand, stopLines } from '@dashboard/testkit/numbered-lines';
import type { Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';

/** As fast as a program may print without a viewer being redrawn after a gateway's restart. */
export const PACED_BYTES_PER_SECOND = 400_000;
/** More than is ever waited for, and still eight digits. */
const COUNT = 90_000_000;

export class Load {
  readonly session: SessionId;
  readonly #stopFile: string;
  readonly #typist: TerminalClient;
  readonly #bytesPerSecond: number;

  private constructor(typist: TerminalClient, from: { stopFile: string; bytesPerSecond: number }) {
    this.session = typist.session;
    this.#typist = typist;
    this.#stopFile = from.stopFile;
    this.#bytesPerSecond = from.bytesPerSecond;
  }

  /** The shell is silent then, and prints nothing of its own any more. */
  static async prepare(stack: Stack, bytesPerSecond: number): Promise<Load> {
    const { owner, projects } = stack;
    const { id } = await owner.startSession({ directory: projects });
    const typist = await new TerminalClient(owner, id).attach();
    typist.type('PS1=\'\'; stty -echo; echo re""ady\r');
    await typist.waitForText('ready\r\n');
    return new Load(typist, { stopFile: join(projects, `stop-${id}`), bytesPerSecond });
  }

  /** Whoever types them is no viewer of theirs. */
  async begin(): Promise<void> {
    const [stopFile, bytesPerSecond] = [this.#stopFile, this.#bytesPerSecond];
    this.#typist.type(numberedLinesCommand({ count: COUNT, bytesPerSecond, stopFile }));
    await this.#typist.waitForText('BEGIN\r\n');
    this.#typist.close();
  }

  end(): void {
    stopLines(this.#stopFile);
  }

  /** Once END is there. */
  get count(): number {
    return linesPrinted(this.#stopFile);
  }
}
