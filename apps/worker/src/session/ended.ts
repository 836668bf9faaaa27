/** How a session ended, in the words of its record and in those of the wire. */
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { PaneExit } from './ports.ts';

/** @param how 'lost' when the pane vanished and nobody saw how */
export function endOf(how: PaneExit | 'lost', nowMs: number): Partial<SessionRecord> {
  return how === 'lost'
    ? { phase: 'lost', endedAtMs: nowMs, exitCode: null, exitSignal: null }
    : { phase: 'exited', endedAtMs: nowMs, exitCode: how.code, exitSignal: how.signal };
}

/** What tells a viewer, or undefined while it is not over. */
export function endingFrame(record: SessionRecord): WorkerFrame | undefined {
  const { exitCode, exitSignal, phase } = record;
  if (phase !== 'exited' && phase !== 'lost') return undefined;
  return { type: 'exited', code: exitCode, signal: exitSignal, isLost: phase === 'lost' };
}
