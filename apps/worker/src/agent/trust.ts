/**
 * Answers Claude Code's question whether a directory is trusted, with yes, for a person who said so in
 * the page. By its own dialog and not in its files: those are the user's, every running Claude writes
 * them, and what exactly becomes trusted (the repository, its main checkout) only Claude knows. Each
 * key is pressed for what the screen shows, so that a dialog of another form gets none.
 */
import type { AgentStatus } from '@dashboard/protocol/agents';
import { DashboardError } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import { TRUST_LOOK_EVERY_MS, TRUST_WITHIN_MS } from './limits.ts';

/** A session whose agent asks. */
export interface Asking {
  /** The last rows of its screen, as text. */
  readonly preview: readonly string[];
  readonly agent: AgentStatus | null;
}

export interface Trusting {
  readonly clock: Clock;
  readonly look: () => Asking;
  /** @throws DashboardError when its program has ended */
  readonly press: (keys: Uint8Array) => void;
}

export type Step = 'up' | 'down' | 'enter' | 'unclear';

const YES = /^\s*(❯)?\s*(?:\d+\.\s*)?Yes, (?:I trust this folder|proceed)\s*$/;
const PICKED = /^\s*❯\s/;
/** Choices stand below each other; a mark further away belongs to something else. */
const CHOICES_MAX = 4;

const KEYS = {
  up: new TextEncoder().encode('\u001b[A'),
  down: new TextEncoder().encode('\u001b[B'),
  enter: new TextEncoder().encode('\r'),
};

/** @param rows of a screen @returns which key brings it nearer to yes */
export function nextStep(rows: readonly string[]): Step {
  const yes = rows.findIndex((row) => YES.test(row));
  const picked = rows.findIndex((row) => PICKED.test(row));
  const isOnlyMark = rows.filter((row) => PICKED.test(row)).length === 1;
  if (yes < 0 || !isOnlyMark || Math.abs(picked - yes) > CHOICES_MAX) return 'unclear';
  if (picked === yes) return 'enter';
  return picked < yes ? 'down' : 'up';
}

/**
 * Returns once the dialog is gone.
 * @throws DashboardError conflict when there is none, or none that we know; session_ended
 */
export async function vouch({ clock, look, press }: Trusting): Promise<void> {
  if (!isAsked(look()))
    throw new DashboardError('conflict', 'nobody asks here whether it is trusted');
  const endsAtMs = clock.monotonicMs() + TRUST_WITHIN_MS;
  let pressedFor: string | undefined;
  while (clock.monotonicMs() < endsAtMs) {
    const asking = look();
    if (!isAsked(asking)) return;
    const screen = asking.preview.join('\n');
    const step = nextStep(asking.preview);
    // Once for each screen: a key that has not been drawn yet is on its way.
    if (step !== 'unclear' && screen !== pressedFor) {
      press(KEYS[step]);
      pressedFor = screen;
    }
    await new Promise<void>((resolve) => clock.after(TRUST_LOOK_EVERY_MS, resolve));
  }
  throw new DashboardError(
    'conflict',
    'its dialog is not as we know it; answer it in the terminal',
  );
}

function isAsked({ agent }: Asking): boolean {
  return agent?.state === 'setup_blocked' && agent.dialog === 'trust';
}
