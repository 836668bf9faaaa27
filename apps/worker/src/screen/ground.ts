/**
 * Follows a byte stream through xterm's own parser states to know where it may be cut: between
 * escape sequences, not inside a character, and not inside a synchronized frame (mode 2026).
 * It holds no bytes and does no I/O; it works on the transition table of the parser it mirrors.
 */

/** States of xterm's parser (common/parser/Constants.ts). */
const GROUND = 0;
const ESCAPE = 1;
const CSI_ENTRY = 3;
const CSI_PARAM = 4;
const CSI_IGNORE = 6;

const ESC = 0x1b;
const STATE_SHIFT = 8;
const STATE_MASK = 15;
/** The table has one column for every character from here on. */
const NON_ASCII = 0xa0;
const SYNCHRONIZED = 2026;

/**
 * By state: what puts a parser in ground state into one that ignores everything until the same
 * end. It continues a sequence whose beginning was dropped. The names in them mean nothing to
 * anybody: OSC 999999, a private DCS, a CSI with a misplaced prefix.
 */
const OPENERS: readonly string[] = [
  '',
  '\x1b',
  '\x1b  ',
  ...Array<string>(4).fill('\x1b[1?'),
  '\x1b_',
  '\x1b]999999;',
  ...Array<string>(4).fill('\x1bP1?'),
  '\x1bP1z',
];

export class Ground {
  readonly #table: Uint8Array;
  #state = GROUND;
  /** Continuation bytes still to come, and the character so far. */
  #missing = 0;
  #least = 0;
  #character = 0;
  #isPrivate = false;
  #parameter = 0;
  #namesSynchronized = false;
  #inFrame = false;

  constructor(transitions: Uint8Array) {
    this.#table = transitions;
  }

  get isGround(): boolean {
    return this.#state === GROUND && this.#missing === 0;
  }

  /** As xterm's parser counts them. */
  get state(): number {
    return this.#state;
  }

  get inFrame(): boolean {
    return this.#inFrame;
  }

  get opener(): string {
    return OPENERS[this.#state] ?? '';
  }

  /** @returns where the printable ASCII that begins at `from` ends, as long as this is ground */
  skipText(bytes: Uint8Array, from: number): number {
    if (this.#state !== GROUND || this.#missing !== 0) return from;
    let at = from;
    for (
      let byte = bytes[at];
      byte !== undefined && byte >= 0x20 && byte < 0x7f;
      byte = bytes[at]
    ) {
      at += 1;
    }
    return at;
  }

  step(byte: number): void {
    if (byte < 0x80) {
      this.#missing = 0;
      this.#enter(byte);
    } else if (byte < 0xc0) {
      this.#continue(byte);
    } else {
      this.#lead(byte);
    }
  }

  #lead(byte: number): void {
    const [missing, least] = byte < 0xe0 ? [1, 0x80] : byte < 0xf0 ? [2, 0x800] : [3, 0x10000];
    this.#missing = byte < 0xf8 ? missing : 0;
    this.#least = least;
    this.#character = byte & (0x3f >> missing);
  }

  #continue(byte: number): void {
    if (this.#missing === 0) return;
    this.#character = (this.#character << 6) | (byte & 0x3f);
    this.#missing -= 1;
    if (this.#missing === 0 && this.#isCharacter()) this.#enter(this.#character);
  }

  /** xterm's decoder drops overlong forms, surrogates, the byte order mark and what Unicode lacks. */
  #isCharacter(): boolean {
    const character = this.#character;
    const isSurrogate = character >= 0xd800 && character <= 0xdfff;
    return character >= this.#least && !isSurrogate && character !== 0xfeff && character < 0x110000;
  }

  #enter(character: number): void {
    const from = this.#state;
    const column = character < NON_ASCII ? character : NON_ASCII;
    const next = (this.#table[(from << STATE_SHIFT) | column] ?? 0) & STATE_MASK;
    // The table says ground for the ESC that ends a string; xterm adds the escape state itself.
    this.#state = character === ESC ? ESCAPE : next;
    if (this.#state >= CSI_ENTRY && this.#state <= CSI_IGNORE) this.#collect(character);
    else if (from >= CSI_ENTRY && from <= CSI_IGNORE) this.#dispatch(character);
    else if (from === ESCAPE && character === 0x63) this.#inFrame = false; // RIS
  }

  #collect(character: number): void {
    if (this.#state === CSI_ENTRY) {
      this.#isPrivate = false;
      this.#parameter = 0;
      this.#namesSynchronized = false;
    } else if (character === 0x3f) {
      this.#isPrivate = this.#state === CSI_PARAM;
    } else if (character >= 0x30 && character <= 0x39) {
      this.#parameter = Math.min(this.#parameter * 10 + character - 0x30, SYNCHRONIZED + 1);
    } else if (character === 0x3b) {
      this.#endParameter();
    }
  }

  #endParameter(): void {
    if (this.#parameter === SYNCHRONIZED) this.#namesSynchronized = true;
    this.#parameter = 0;
  }

  #dispatch(final: number): void {
    this.#endParameter();
    if (final === 0x70 && !this.#isPrivate) this.#inFrame = false; // DECSTR
    if (!this.#isPrivate || !this.#namesSynchronized) return;
    if (final === 0x68) this.#inFrame = true;
    if (final === 0x6c) this.#inFrame = false;
  }
}
