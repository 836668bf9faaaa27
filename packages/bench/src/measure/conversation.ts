/** Talks to the shell in a terminal: types a command, waits for what it prints. */
import type { Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import { IGNORES, type Terminal } from '../targets/index.ts';
import { MarkerReader } from './readers.ts';

const ANSWER_TIMEOUT_MS = 20_000;

/**
 * Types `command` and waits for `marker`. The terminal repeats what is typed: have the command write
 * the marker in two parts, as in `printf 'REA''DY'`.
 */
export async function ask(
  terminal: Terminal,
  { command, marker, clock }: { command: string; marker: string; clock: Clock },
): Promise<void> {
  const reader = new MarkerReader(marker);
  terminal.reader = reader;
  terminal.type(`${command}\r`);
  await inTime(reader.found, { clock, what: command });
  terminal.reader = IGNORES;
}

export interface Patience {
  readonly clock: Clock;
  readonly what: string;
  readonly timeoutMs?: number;
}

/** @throws DashboardError deadline_exceeded */
export async function inTime<T>(
  promise: Promise<T>,
  { clock, what, timeoutMs = ANSWER_TIMEOUT_MS }: Patience,
): Promise<T> {
  return await withDeadline(promise, { clock, timeoutMs, what });
}

/** For what is not a wait but part of what is measured. */
export async function pause(clock: Clock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => clock.after(ms, resolve));
}
