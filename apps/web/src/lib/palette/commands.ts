/** What the command palette can do: pages, sessions, looks. What is not allowed is not offered. */
import type { SessionSummary } from '@dashboard/protocol/sessions';
import { stateWords } from '../agent/state-words.ts';
import { isLive } from '../fleet/standing.ts';
import type { ThemeChoice } from '../settings/preferences.svelte.ts';
import { shortened } from '../ui/directory-words.ts';

export interface Command {
  /** Nothing else in the palette has it. */
  readonly id: string;
  readonly label: string;
  /** Said beside the label, in fewer words than a sentence. */
  readonly hint?: string;
  /** Found by these too. */
  readonly keywords?: readonly string[];
  readonly run: () => void;
}

/** Sessions that are listed: those further down are found once something is typed into the list. */
export const PALETTE_SESSIONS_MAX = 200;

interface PageActs {
  readonly mayOperate: boolean;
  readonly go: (path: string) => void;
  readonly startSession: () => void;
  readonly showKeys: () => void;
}

export function pageCommands({ mayOperate, go, startSession, showKeys }: PageActs): Command[] {
  const to = (path: string, label: string, ...keywords: string[]): Command => ({
    id: `go ${path}`,
    label,
    keywords,
    run: () => go(path),
  });
  const forOperators: readonly Command[] = [
    { id: 'new', label: 'New session', keywords: ['start', 'create'], run: startSession },
    to('/conversations', 'Past conversations', 'resume', 'history'),
    to('/doctor', 'Doctor', 'health', 'install', 'missing'),
  ];
  return [
    ...(mayOperate ? forOperators : []),
    to('/', 'All sessions', 'fleet', 'home', 'list'),
    to('/inbox', 'Inbox', 'approvals', 'questions'),
    to('/usage', 'Usage', 'cost', 'tokens', 'limits'),
    to('/settings', 'Settings', 'people', 'appearance'),
    to('/settings/alerts', 'Alerts', 'push', 'webhooks', 'sound', 'notifications'),
    { id: 'keys', label: 'Keys', keywords: ['shortcuts', 'help'], run: showKeys },
  ];
}

/** In the order of the list, so that who needs a person stands first. */
export function sessionCommands(
  sessions: readonly SessionSummary[],
  go: (path: string) => void,
): Command[] {
  return sessions.slice(0, PALETTE_SESSIONS_MAX).map((session) => ({
    id: `session ${session.id}`,
    label: session.name,
    hint: hintOf(session),
    keywords: [session.directory, session.profile],
    run: () => go(`/sessions/${session.id}`),
  }));
}

function hintOf(session: SessionSummary): string {
  const where = shortened(session.directory);
  if (!isLive(session)) return `ended · ${where}`;
  return session.agent === null ? where : `${stateWords(session.agent).word} · ${where}`;
}

export function themeCommands(
  chosen: ThemeChoice,
  choose: (theme: ThemeChoice) => void,
): Command[] {
  const words: readonly (readonly [ThemeChoice, string])[] = [
    ['dark', 'Dark theme'],
    ['light', 'Light theme'],
    ['system', 'Theme of the system'],
  ];
  return words
    .filter(([theme]) => theme !== chosen)
    .map(([theme, label]) => ({
      id: `theme ${theme}`,
      label,
      keywords: ['appearance', 'colour'],
      run: () => choose(theme),
    }));
}
