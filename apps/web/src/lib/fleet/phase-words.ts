/** The phase of a session in words and in a tone. */
import type { SessionSummary } from '@dashboard/protocol/sessions';
import { ago, span } from '../ui/since.ts';

export type Tone = 'good' | 'wait' | 'bad' | 'quiet';

export interface PhaseWords {
  readonly word: string;
  /** Since when, or how it ended. */
  readonly more: string;
  readonly tone: Tone;
}

type Ended = Pick<SessionSummary, 'exitCode' | 'exitSignal'>;

/** "exit code 0", "signal 9", or nothing known. */
export function endingWords({ exitCode, exitSignal }: Ended): string {
  if (exitSignal !== null) return `signal ${exitSignal}`;
  return exitCode === null ? 'unknown exit' : `exit code ${exitCode}`;
}

export function phaseWords(session: SessionSummary, nowMs: number): PhaseWords {
  const endedAgo = ago(nowMs - (session.endedAtMs ?? nowMs));
  switch (session.phase) {
    case 'starting':
      return { word: 'Starting', more: '', tone: 'wait' };
    case 'running':
      return { word: 'Running', more: runningFor(nowMs - session.createdAtMs), tone: 'good' };
    case 'exited':
      return {
        word: session.exitCode === 0 ? 'Done' : 'Ended',
        more: session.exitCode === 0 ? endedAgo : `${endingWords(session)}, ${endedAgo}`,
        tone: session.exitCode === 0 ? 'quiet' : 'bad',
      };
    case 'lost':
      return { word: 'Lost', more: `its pane vanished ${endedAgo}`, tone: 'bad' };
  }
}

/** Nothing for the first minute: "running now" says it twice. */
function runningFor(ms: number): string {
  const words = span(ms);
  return words === 'now' ? '' : words;
}

/** "active now", "quiet for 12 min". */
export function activityWords({ activeAtMs }: SessionSummary, nowMs: number): string {
  const quiet = span(nowMs - activeAtMs);
  return quiet === 'now' ? 'active now' : `quiet for ${quiet}`;
}
