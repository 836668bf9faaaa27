/** What keeps labels to a closed set of words, and a counter from becoming less. */

const LABEL_CHARS_MAX = 64;

/** The first so many names that come, and `other` for all that come later. */
export class Names {
  readonly #known = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  of(name: string): string {
    const label = name.slice(0, LABEL_CHARS_MAX);
    if (this.#known.size < this.#max) this.#known.add(label);
    return this.#known.has(label) ? label : 'other';
  }
}

/** Of each sum, what may be added to a counter: nothing, until what was taken away has come back. */
export class OnlyGrowing {
  readonly #owed = new Map<string, number>();

  add(name: string, amount: number): number {
    const sum = amount - (this.#owed.get(name) ?? 0);
    this.#owed.set(name, Math.max(0, -sum));
    return Math.max(0, sum);
  }
}
