/**
 * The terminal of one screen through its life: awake, asleep in a few kilobytes, made again from a
 * seed or from itself. Muted while it parses what was answered when it was printed: seeds and stills.
 */
import { deflateSync, inflateSync } from 'node:zlib';
import { invariant } from '@dashboard/protocol/invariant';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { CharsetNames } from './cursors.ts';
import { Emulator, type EmulatorEvents, type Still } from './emulator.ts';
import type { Packed } from './messages.ts';

export class ScreenTerminal {
  readonly #charsets: CharsetNames;
  readonly #events: EmulatorEvents;
  /** One of the two is there. */
  #emulator: Emulator | undefined;
  #packed: Packed | undefined;
  isMuted = false;

  constructor(charsets: CharsetNames, events: EmulatorEvents) {
    this.#charsets = charsets;
    this.#events = {
      reply: (kind, text) => (this.isMuted ? undefined : events.reply(kind, text)),
      title: (title) => (this.isMuted ? undefined : events.title(title)),
      bell: () => (this.isMuted ? undefined : events.bell()),
    };
  }

  /** Undefined while asleep, which reading `awake` ends. */
  get emulator(): Emulator | undefined {
    return this.#emulator;
  }

  get awake(): Emulator {
    if (this.#emulator !== undefined) return this.#emulator;
    const packed = this.#packed;
    invariant(packed !== undefined, 'a screen would come back blank');
    return this.#restore({ ...packed, bytes: inflateSync(packed.bytes) });
  }

  /** Forgets everything. */
  begin(size: TerminalSize, offset: number): void {
    this.become(this.make(size, offset));
  }

  beginAsleep(packed: Packed): void {
    this.#emulator?.dispose();
    this.#emulator = undefined;
    this.#packed = packed;
  }

  make(size: TerminalSize, offset: number): Emulator {
    return new Emulator({ size, offset, charsets: this.#charsets }, this.#events);
  }

  become(emulator: Emulator): void {
    if (this.#emulator !== emulator) this.#emulator?.dispose();
    this.#emulator = emulator;
    this.#packed = undefined;
  }

  /** From here on until `awake` is read. */
  sleep(): Packed {
    if (this.#packed === undefined) {
      const { bytes, ...still } = this.awake.still();
      this.beginAsleep({ ...still, bytes: new Uint8Array(deflateSync(bytes)) });
    }
    const packed = this.#packed;
    invariant(packed !== undefined, 'a screen asleep could not be woken');
    return packed;
  }

  /** Leaves behind what xterm.js keeps for nobody. */
  rebuild(): void {
    this.#restore(this.awake.still());
  }

  dispose(): void {
    this.#emulator?.dispose();
  }

  /** What had not been parsed yet is parsed aloud: nobody has answered it. */
  #restore({ size, offset, bytes, rest }: Still): Emulator {
    const emulator = this.make(size, offset);
    const wasMuted = this.isMuted;
    this.isMuted = true;
    emulator.write(bytes);
    emulator.rebase(offset);
    this.isMuted = wasMuted;
    this.become(emulator);
    emulator.write(rest);
    return emulator;
  }
}
