/** Waits for what no event tells: looks again and again, and gives up in words. */
import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Completes "waited in vain until …". */
  readonly what: string;
  readonly timeoutMs?: number;
}

const LOOK_EVERY_MS = 10;
const TIMEOUT_MS = 10_000;

/** @returns the first result that is neither undefined nor false. @throws Error past the deadline */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { what, timeoutMs = TIMEOUT_MS }: UntilOptions,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadlineMs) {
      throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    }
    await delay(LOOK_EVERY_MS);
  }
}
