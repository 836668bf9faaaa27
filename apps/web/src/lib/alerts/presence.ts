/**
 * Tells the gateway what this tab shows, so that nobody is told what they see: only while it is
 * visible and in use, again before that is forgotten, and at once when it ends.
 */
import type { Presence as Word } from '@dashboard/protocol/alerts';
import { PRESENCE_EVERY_MS } from '@dashboard/protocol/limits';
import type { Clock } from '@dashboard/runtime/clock';

/** Without a key or a pointer for so long, somebody has left the screen as it was. */
export const IN_USE_MS = 120_000;

export interface PresenceOptions {
  readonly clock: Clock;
  readonly isVisible: () => boolean;
  readonly say: (sees: Word['sees']) => void;
}

export class Presence {
  readonly #options: PresenceOptions;
  #shows: Word['sees'] = null;
  #said: Word['sees'] = null;
  #usedAtMs: number;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#usedAtMs = options.clock.monotonicMs();
  }

  /** @returns a function that stops it */
  start(): () => void {
    return this.#options.clock.every(PRESENCE_EVERY_MS, () => this.#say('again'));
  }

  show(sees: Word['sees']): void {
    this.#shows = sees;
    this.#say('if new');
  }

  /** A key, a pointer. Called often: says something only after a pause. */
  used(): void {
    this.#usedAtMs = this.#options.clock.monotonicMs();
    this.#say('if new');
  }

  visibilityChanged(): void {
    this.#say('if new');
  }

  #say(when: 'again' | 'if new'): void {
    const { clock, isVisible, say } = this.#options;
    const isInUse = clock.monotonicMs() - this.#usedAtMs < IN_USE_MS;
    const sees = isVisible() && isInUse ? this.#shows : null;
    if (sees === this.#said && (when === 'if new' || sees === null)) return;
    this.#said = sees;
    say(sees);
  }
}
