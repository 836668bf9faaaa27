/** Hours and days in UTC, and from when on what is kept. */
import { DAY_MS, HOUR_MS, USAGE_DAYS_KEPT, USAGE_SESSION_DAYS_KEPT } from './limits.ts';

export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

/** Hours before it become days. */
export function foldMs(nowMs: number): number {
  return daysAgo(nowMs, USAGE_SESSION_DAYS_KEPT);
}

/** What is before it is forgotten. */
export function forgetMs(nowMs: number): number {
  return daysAgo(nowMs, USAGE_DAYS_KEPT);
}

function daysAgo(nowMs: number, days: number): number {
  return Math.max(0, Math.floor(nowMs / DAY_MS) * DAY_MS - days * DAY_MS);
}
