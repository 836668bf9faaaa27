/**
 * Measures several things in turn, again and again: A B C, A B C, … What the machine does meanwhile
 * meets all of them alike. Ends when the rounds are done or the time is up, after one round at least.
 */
import type { Clock } from '@dashboard/runtime/clock';

export interface Pace {
  readonly clock: Clock;
  readonly rounds: number;
  /** After which no round begins. */
  readonly seconds: number;
  readonly progress: (text: string) => void;
}

export interface Cell<T> {
  readonly name: string;
  readonly measure: (round: number) => Promise<T>;
}

/** @returns the results of each cell, in the order of the rounds */
export async function inTurn<T>(
  cells: readonly Cell<T>[],
  { clock, rounds, seconds, progress }: Pace,
): Promise<Map<string, T[]>> {
  const results = new Map(cells.map(({ name }): [string, T[]] => [name, []]));
  const deadlineMs = clock.monotonicMs() + seconds * 1000;
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && clock.monotonicMs() >= deadlineMs) break;
    for (const { name, measure } of cells) {
      progress(`round ${round + 1} of ${rounds}: ${name}`);
      results.get(name)?.push(await measure(round));
    }
  }
  return results;
}
