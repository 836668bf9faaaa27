/** What the line below the terminal says: one sentence that is true, and what a person can do. */
import { ERRORS, isErrorCode } from '@dashboard/protocol/errors';
import { byteWords } from '../ui/since.ts';
import type { Connection, Ending, Hint, LossReason } from './connection.ts';

export type StatusTone = 'live' | 'news' | 'wait' | 'bad' | 'ended';
export type StatusAct = 'reconnect' | 'take_back' | 'dismiss_lost_input' | 'home' | 'resume';

export interface Status {
  readonly tone: StatusTone;
  readonly words: string;
  readonly act?: StatusAct;
}

export interface StatusSource {
  readonly connection: Connection;
  readonly ending: Ending | undefined;
  readonly hint: Hint | undefined;
  readonly notice: string | undefined;
  readonly lostInput: string | undefined;
  readonly skippedBytes: number | undefined;
  readonly mayControl: boolean;
}

const HINTS: Record<Hint, string> = {
  not_connected: 'Not connected: what you type is not sent.',
  view_only: 'View only: what you type is not sent.',
  ended: 'The program has ended: nothing takes what you type.',
  too_much: 'Too much is waiting to be sent: this was left out.',
};

/**
 * The most pressing first.
 * @param mayResume whether this person may let the program go on after its end
 */
export function statusOf(source: StatusSource, mayResume = false): Status {
  return (
    connectionStatus(source) ??
    newsStatus(source) ??
    endingStatus(source.ending, mayResume) ?? {
      tone: 'live',
      words: source.mayControl ? 'Connected' : 'Connected, view only',
    }
  );
}

function connectionStatus({ connection, ending, hint }: StatusSource): Status | undefined {
  switch (connection.name) {
    case 'live':
      return undefined;
    case 'connecting':
      return { tone: 'wait', words: hint ? HINTS[hint] : 'Connecting …' };
    case 'waiting':
      return { tone: 'wait', words: waitingWords(connection, hint), act: 'reconnect' };
    case 'closed':
      // A session that ended and is gone from the worker is no failure: its last screen stays.
      if (connection.why === 'session_ended')
        return endingStatus(ending) ?? closedStatus(connection.why);
      return closedStatus(connection.why);
  }
}

function waitingWords(
  { retryInSeconds, why }: Extract<Connection, { name: 'waiting' }>,
  hint: Hint | undefined,
): string {
  if (hint !== undefined) return HINTS[hint];
  const when = retryInSeconds > 1 ? `trying again in ${retryInSeconds} s` : 'trying again';
  return `${waitingReason(why)}, ${when}`;
}

function waitingReason(why: LossReason): string {
  switch (why) {
    case 'worker_gone':
    case 'worker_unavailable':
      return 'Worker not reachable';
    case 'resumed':
      return 'The program starts again';
    case 'draining':
      return 'The server restarts';
    case 'too_slow':
      return 'Too slow to keep up';
    case 'gap':
      return 'Output was missing';
    case 'too_many_viewers':
      return 'Too many terminals are open';
    default:
      return 'Connection lost';
  }
}

function closedStatus(why: LossReason): Status {
  switch (why) {
    case 'replaced':
      return { tone: 'bad', words: 'Opened elsewhere with this login.', act: 'take_back' };
    case 'removed':
    case 'session_not_found':
      return { tone: 'bad', words: 'This session has been removed.', act: 'home' };
    case 'revoked':
      return { tone: 'bad', words: 'You may no longer watch this session.', act: 'home' };
    case 'malformed':
      return {
        tone: 'bad',
        words: 'The server sent what this page does not understand. Reload it.',
      };
    default: {
      const remedy = isErrorCode(why) ? ERRORS[why].remedy : '';
      return { tone: 'bad', words: `Disconnected. ${remedy}`.trim(), act: 'reconnect' };
    }
  }
}

function newsStatus({ hint, notice, lostInput, skippedBytes }: StatusSource): Status | undefined {
  if (lostInput !== undefined) {
    const words = `Not received by the program, and not typed again: ${visible(lostInput)}`;
    return { tone: 'bad', words, act: 'dismiss_lost_input' };
  }
  if (hint !== undefined) return { tone: 'news', words: HINTS[hint] };
  if (notice !== undefined) return { tone: 'news', words: notice };
  if (skippedBytes === undefined) return undefined;
  return {
    tone: 'news',
    words: `Back in step; ${byteWords(skippedBytes)} of output were skipped.`,
  };
}

function endingStatus(ending: Ending | undefined, mayResume = false): Status | undefined {
  if (ending === undefined) return undefined;
  const status = { tone: 'ended', words: endingSentence(ending) } as const;
  return mayResume ? { ...status, act: 'resume' } : status;
}

function endingSentence({ code, signal, isLost }: Ending): string {
  if (isLost) return 'Lost: its pane vanished. This is the last screen.';
  if (signal !== null) return `The program was ended by signal ${signal}.`;
  if (code !== null) return `The program ended with exit code ${code}.`;
  return 'The program has ended.';
}

/** Control characters as the caret form that people know. */
function visible(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, (character) =>
    character === '\r' ? '⏎' : `^${String.fromCharCode(character.charCodeAt(0) + 64)}`,
  );
}
