/** Chance that can be repeated: one number, printed when a test fails, decides everything. */
import { randomInt } from 'node:crypto';

const SEED_MAX = 2 ** 32;

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1, as Math.random. The generator is Tommy Ettinger's mulberry32. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / SEED_MAX;
  }

  between(min: number, max: number): number {
    return min + this.fraction() * (max - min);
  }

  /** Each as often as its weight says. */
  pick<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries<number>(weights) as [T, number][]; // keys of T, as the type says
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    throw new Error('there is nothing to pick');
  }
}

/** The same faults in the same order again with FAULT_SEED; moments differ as far as machines do. */
export async function withSeed(work: (random: Random) => Promise<void>): Promise<void> {
  const seed = Number(process.env['FAULT_SEED'] ?? randomInt(SEED_MAX));
  try {
    await work(new Random(seed));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`FAULT_SEED=${seed}: ${why}`, { cause });
  }
}
