/** Prints what a start or a test run is doing: one line a step, with how long it took. */

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const FRAME_INTERVAL_MS = 80;
const NAME_COLS = 18;
/** A terminal that was never told its size says 0. */
const COLS_UNKNOWN = 80;

/** @typedef {(doing: string) => void} Say */

export class Steps {
  #out;
  #isLive;

  /** @param {NodeJS.WriteStream} out a moving line is drawn only where `out` is a terminal */
  constructor(out) {
    this.#out = out;
    this.#isLive = out.isTTY;
  }

  /**
   * @template T
   * @param {string} name
   * @param {(say: Say) => Promise<{ text: string, result: T }>} work tells what it is doing while
   *   that takes long, returns what there is now, in words and as such
   * @returns {Promise<T>}
   */
  async step(name, work) {
    const startedMs = performance.now();
    const line = this.#isLive ? this.#movingLine(name) : this.#plainLine(name);
    try {
      const { text, result } = await work(line.say);
      line.clear();
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      this.#out.write(`✓ ${name.padEnd(NAME_COLS)} ${text} (${seconds} s)\n`);
      return result;
    } catch (error) {
      line.clear();
      this.#out.write(`✗ ${name}\n`);
      throw error;
    }
  }

  /** @param {string} name */
  #plainLine(name) {
    /** @type {Say} */
    const say = (doing) => {
      this.#out.write(`  ${name.padEnd(NAME_COLS)} ${doing} …\n`);
    };
    return { say, clear: () => undefined };
  }

  /** @param {string} name */
  #movingLine(name) {
    let doing = '…';
    let frame = 0;
    const draw = () => {
      const spinner = FRAMES[frame++ % FRAMES.length];
      const text = `${spinner} ${name.padEnd(NAME_COLS)} ${doing}`;
      this.#out.write(`\r\x1b[K${text.slice(0, (this.#out.columns || COLS_UNKNOWN) - 1)}`);
    };
    const timer = setInterval(draw, FRAME_INTERVAL_MS);
    /** @type {Say} */
    const say = (what) => {
      doing = what;
    };
    const clear = () => {
      clearInterval(timer);
      this.#out.write('\r\x1b[K');
    };
    return { say, clear };
  }
}
