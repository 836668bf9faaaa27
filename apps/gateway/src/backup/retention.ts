/**
 * Which backups may go: the newest of each of the last hours, days and weeks stays, and whatever was made
 * within the last hour. Knows no files.
 */
import { RECENT_MAX, RECENT_MS } from './limits.ts';

export interface Retention {
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/**
 * @param takenAtMs of every backup, in any order; days are those of UTC
 * @returns those that may go; the newest never does, nor one from the future: a clock may be wrong
 */
export function whichMayGo(
  takenAtMs: readonly number[],
  { hourly, daily, weekly }: Retention,
  nowMs: number,
): number[] {
  const newestFirst = takenAtMs.toSorted((a, b) => b - a);
  // Who makes two in an hour wants both: one from before an upgrade, one from after it.
  const isRecent = (atMs: number, place: number): boolean =>
    atMs > nowMs - RECENT_MS && place < RECENT_MAX;
  const kept = new Set(
    newestFirst.filter((atMs, place) => place === 0 || atMs > nowMs || isRecent(atMs, place)),
  );
  for (const [spanMs, count] of [
    [HOUR_MS, hourly],
    [DAY_MS, daily],
    [WEEK_MS, weekly],
  ] as const) {
    const newest = Math.floor(nowMs / spanMs);
    const seen = new Set<number>();
    for (const atMs of newestFirst) {
      const span = Math.floor(atMs / spanMs);
      if (span > newest - count && !seen.has(span)) kept.add(atMs);
      seen.add(span);
    }
  }
  return newestFirst.filter((atMs) => !kept.has(atMs));
}
