/**
 * Private modes that a program switched on and that tmux has no format for. They are read out of
 * the output as it passes and kept with the pane, because a worker that takes the pane over later
 * has no other way to learn them: without bracketed paste, a paste of three lines would be three
 * commands. Pure: bytes in, a list of modes out.
 */

/** Mouse encodings besides SGR, alternate scroll, focus reports, bracketed paste, colour reports. */
const REMEMBERED: ReadonlySet<number> = new Set([1004, 1007, 1015, 1016, 2004, 2031]);

const ESCAPE = 0x1b;
/** A sequence that is cut by the end of a chunk is kept this far; a longer one sets no mode. */
const TAIL_BYTES_MAX = 40;

const CHANGES = /\x1b(?:c|\[!p|\[\?([\d;]{1,32})([hl]))/g;
const UNFINISHED = /\x1b(?:\[(?:!|\?[\d;]{0,32})?)?$/;

export class ModeMemory {
  #tail = '';
  readonly #modes: Set<number>;

  constructor(modes: readonly number[] = []) {
    this.#modes = new Set(modes);
  }

  /** Ascending. */
  get modes(): readonly number[] {
    return [...this.#modes].sort((a, b) => a - b);
  }

  /** @returns whether a mode changed */
  read(bytes: Uint8Array): boolean {
    if (this.#tail === '' && !bytes.includes(ESCAPE)) return false;
    const text =
      this.#tail + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    this.#tail = UNFINISHED.exec(text.slice(-TAIL_BYTES_MAX))?.[0] ?? '';
    const before = this.modes.join();
    for (const [, parameters, final] of text.matchAll(CHANGES)) this.#apply(parameters, final);
    return this.modes.join() !== before;
  }

  /** Without parameters it is a reset, full (RIS) or soft (DECSTR). */
  #apply(parameters: string | undefined, final: string | undefined): void {
    if (parameters === undefined) return this.#modes.clear();
    for (const mode of parameters.split(';').map(Number)) {
      if (!REMEMBERED.has(mode)) continue;
      if (final === 'h') this.#modes.add(mode);
      else this.#modes.delete(mode);
    }
  }
}
