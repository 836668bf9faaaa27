/** Talks to the shell in a terminal: types a command, waits for what it prints. */
import type { Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import { IGNORES, type Reader, type Terminal } from '../targets/index.ts';
import { Marker } from './marker.ts';

const ANSWER_TIMEOUT_MS = 20_000;

/**
 * Types `command` and waits for `marker`. The terminal repeats what is typed: have the command write
 * the marker in two parts, as in `printf 'REA''DY'`.
 */
export async function ask(
  terminal: Terminal,
  { command, marker, clock }: { command: string; marker: string; clock: Clock },
): Promise<void> {
  const said = new Promise<void>((resolve) => (terminal.reader = reading(marker, resolve)));
  terminal.type(`${command}\r`);
  await withDeadline(said, { clock, timeoutMs: ANSWER_TIMEOUT_MS, what: command });
  terminal.reader = IGNORES;
}

function reading(text: string, onFound: () => void): Reader {
  const marker = new Marker(text);
  return {
    output(bytes, parsed) {
      if (marker.isIn(bytes)) onFound();
      parsed();
    },
    redraw: () => undefined,
  };
}

/** For what is not a wait but part of what is measured. */
export async function pause(clock: Clock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => clock.after(ms, resolve));
}
