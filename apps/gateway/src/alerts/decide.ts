/** Whether somebody is told of an occasion, and if not, why not. Pure: time is handed in. */
import type { AlertSettings, Presence, QuietHours } from '@dashboard/protocol/alerts';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Occasion } from './occasion.ts';

export const SILENCES = ['not_chosen', 'short_work', 'muted', 'quiet_hours', 'sees_it'] as const;
export type Silence = (typeof SILENCES)[number];

export interface Listener {
  readonly settings: AlertSettings;
  readonly muted: ReadonlySet<SessionId>;
  /** What the tabs of this person show while somebody is at them. */
  readonly sees: ReadonlySet<Presence['sees']>;
}

const MINUTE_MS = 60_000;

/** @returns undefined when the person is to be told */
export function silenceOf(
  occasion: Occasion,
  { settings, muted, sees }: Listener,
  nowMs: number,
): Silence | undefined {
  if (!settings.kinds.includes(occasion.kind)) return 'not_chosen';
  const leastMs = settings.finishedAfterMinutes * MINUTE_MS;
  if (occasion.kind === 'finished' && occasion.workedMs < leastMs) return 'short_work';
  if (muted.has(occasion.session)) return 'muted';
  if (settings.quietHours !== null && isQuiet(settings.quietHours, nowMs)) return 'quiet_hours';
  const isSeen = sees.has(occasion.session) || (isInInbox(occasion) && sees.has('inbox'));
  return isSeen ? 'sees_it' : undefined;
}

/** Whether the inbox shows it; other dialogs are answered in the terminal alone. */
export function isInInbox({ what }: Pick<Occasion, 'what'>): boolean {
  return what === 'needs_permission' || what === 'needs_answer' || what === 'needs_plan';
}

/** The first minute is quiet, the last is not. An hour that summer time repeats is quiet twice. */
export function isQuiet({ from, to, timeZone }: QuietHours, nowMs: number): boolean {
  const now = wallTime(timeZone, nowMs);
  if (now === undefined) return false;
  return from < to ? from <= now && now < to : from <= now || now < to;
}

export function isTimeZone(name: string): boolean {
  return wallTime(name, 0) !== undefined;
}

/** "22:30"; undefined where this machine does not know the zone. */
function wallTime(timeZone: string, nowMs: number): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    }).format(nowMs);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
