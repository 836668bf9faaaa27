/** What node-pty alone gives in this process, without a network: the ceiling of the pty engine. */
import type { AtEnd } from '@dashboard/testkit/at-end';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import type { IPty } from 'node-pty';
import { IGNORES, programEnvironment, SIZE, type Reader } from './target.ts';
import type { Target, Terminal } from './target.ts';

export async function startRawPty(atEnd: AtEnd): Promise<Target> {
  const { spawn } = await import('node-pty');
  const directory = await temporaryDirectory(atEnd);
  const env = programEnvironment(directory);
  return {
    name: 'raw-pty',
    openSession: async () => {
      const pty = spawn('/bin/sh', ['-l'], { ...SIZE, cwd: directory, env, encoding: null });
      const end = (): void => pty.kill('SIGKILL');
      atEnd(end);
      const terminal = new RawPtyTerminal(pty);
      return {
        watch: async ({ reader = IGNORES } = {}) => {
          terminal.reader = reader;
          return terminal;
        },
        end: async () => end(),
      };
    },
    pids: async () => [],
  };
}

class RawPtyTerminal implements Terminal {
  reader: Reader = IGNORES;
  readonly #pty: IPty;

  constructor(pty: IPty) {
    this.#pty = pty;
    pty.onData((bytes: unknown) => {
      // Its types know strings only; without an encoding it gives what it has read.
      if (bytes instanceof Uint8Array) this.reader.output(bytes, () => undefined);
    });
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  stall(): void {
    this.#pty.pause();
  }

  leave(): void {
    this.reader = IGNORES;
  }
}
