/** An occasion in the few words of a notification. Never what an agent asks, runs or says. */
import { createHash } from 'node:crypto';
import type { AgentState } from '@dashboard/protocol/agents';
import type { Alert } from '@dashboard/protocol/alerts';
import { isInInbox } from './decide.ts';
import type { Occasion } from './occasion.ts';

export interface Wish {
  readonly hidesNames: boolean;
  /** For the badge. */
  readonly waiting: number;
}

const ID_CHARS = 22;
const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;
/** Where no session may be named. */
const NO_NAME = 'Claude Code Dashboard';

export function alertOf(occasion: Occasion, { hidesNames, waiting }: Wish): Alert {
  const { kind, session, name, sinceMs } = occasion;
  return {
    id: idOf(occasion),
    kind,
    session: hidesNames ? null : session,
    title: hidesNames ? NO_NAME : name,
    text: hidesNames ? anonymous(occasion) : sentence(saysOf(occasion)),
    path: pathOf(occasion, hidesNames),
    atMs: sinceMs,
    waiting,
  };
}

/** What a test sends. */
export function testAlert(nowMs: number, waiting: number): Alert {
  const id = createHash('sha256').update(`test ${nowMs}`).digest('base64url').slice(0, ID_CHARS);
  const text = 'A test: alerts arrive here.';
  return {
    ...{ id, kind: 'asks', session: null, title: NO_NAME, text },
    ...{ path: '/settings/alerts', atMs: nowMs, waiting },
  };
}

/** The same occasion has the same id, whoever sends it and how often. */
function idOf({ kind, session, what, sinceMs }: Occasion): string {
  const text = [kind, session, what, sinceMs].join(' ');
  return createHash('sha256').update(text).digest('base64url').slice(0, ID_CHARS);
}

const SAYS: Partial<Record<AgentState | 'lost', string>> = {
  setup_blocked: 'waits at a dialog before its first prompt',
  needs_permission: 'asks for permission',
  needs_answer: 'asks a question',
  needs_plan: 'shows a plan',
  needs_input: 'waits for an answer in its terminal',
  error: 'stopped with an error',
  limited: 'has reached a limit of the account',
  lost: 'ended, and nobody saw how',
};

function saysOf({ what, workedMs }: Occasion): string {
  return SAYS[what] ?? `is done after ${lasted(workedMs)}`;
}

function anonymous(occasion: Occasion): string {
  return `${occasion.kind === 'lost' ? 'A session' : 'An agent'} ${saysOf(occasion)}.`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function lasted(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS));
  const [hours, rest] = [Math.floor(minutes / MINUTES_PER_HOUR), minutes % MINUTES_PER_HOUR];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

function pathOf(occasion: Occasion, hidesNames: boolean): string {
  if (isInInbox(occasion)) return '/inbox';
  return hidesNames ? '/' : `/sessions/${occasion.session}`;
}
