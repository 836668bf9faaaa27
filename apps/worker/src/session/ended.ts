/** How a session ended, in the words of its record and in those of the wire. */
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { PaneExit } from './ports.ts';

type End = Pick<SessionRecord, 'endedAtMs' | 'exitCode' | 'exitSignal'> & {
  readonly phase: 'exited' | 'lost';
};

/** @param how 'lost' when the pane vanished and nobody saw how */
export function endOf(how: PaneExit | 'lost', nowMs: number): End {
  return how === 'lost'
    ? { phase: 'lost', endedAtMs: nowMs, exitCode: null, exitSignal: null }
    : { phase: 'exited', endedAtMs: nowMs, exitCode: how.code, exitSignal: how.signal };
}

export function isEnded<R extends Pick<SessionRecord, 'phase'>>(
  record: R,
): record is R & { readonly phase: End['phase'] } {
  return record.phase === 'exited' || record.phase === 'lost';
}

/** What tells a viewer. */
export function endingFrame({ exitCode, exitSignal, phase }: Omit<End, 'endedAtMs'>): WorkerFrame {
  return { type: 'exited', code: exitCode, signal: exitSignal, isLost: phase === 'lost' };
}
