/** Follows all sessions and says when an occasion has stood long enough to be told. */
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { AlertKind } from '@dashboard/protocol/alerts';
import { DWELL_MS, FRESH_MS, REPEAT_AFTER_MS } from './limits.ts';
import { isSame, look, type Occasion, type Seen } from './occasion.ts';

interface Watched {
  seen: Seen;
  cancel: () => void;
  /** Monotonic. */
  readonly toldAtMs: Map<AlertKind, number>;
}

export class AlertWatch {
  readonly #clock: Clock;
  readonly #tell: (occasion: Occasion) => void;
  readonly #watched = new Map<SessionId, Watched>();

  /** @param tell is called once for each occasion, when it has stood for DWELL_MS */
  constructor(clock: Clock, tell: (occasion: Occasion) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** How many sessions need a person. */
  get waiting(): number {
    const kinds = [...this.#watched.values()].map(({ seen }) => seen.standing?.kind);
    return kinds.filter((kind) => kind === 'asks' || kind === 'failed').length;
  }

  see(session: SessionSummary): void {
    const known = this.#watched.get(session.id);
    const seen = look(known?.seen, session);
    const watched = known ?? { seen, cancel: () => undefined, toldAtMs: new Map() };
    this.#watched.set(session.id, watched);
    const isNew = known === undefined || !isSame(known.seen.standing, seen.standing);
    watched.seen = seen;
    if (!isNew) return;
    watched.cancel();
    const { standing } = seen;
    if (standing === undefined) return;
    const isHistory = this.#clock.nowMs() - standing.sinceMs > FRESH_MS;
    if (known !== undefined || !isHistory) this.#schedule(watched, standing.kind);
  }

  /** All that there are: whatever else was known is gone. */
  seeAll(sessions: readonly SessionSummary[]): void {
    const ids = new Set(sessions.map(({ id }) => id));
    for (const id of [...this.#watched.keys()]) if (!ids.has(id)) this.forget(id);
    for (const session of sessions) this.see(session);
  }

  forget(id: SessionId): void {
    this.#watched.get(id)?.cancel();
    this.#watched.delete(id);
  }

  /** Nothing has shown meanwhile that it is over. */
  isStanding(occasion: Occasion): boolean {
    return isSame(this.#watched.get(occasion.session)?.seen.standing, occasion);
  }

  stop(): void {
    for (const { cancel } of this.#watched.values()) cancel();
    this.#watched.clear();
  }

  #schedule(watched: Watched, kind: AlertKind): void {
    const told = watched.toldAtMs.get(kind) ?? -Infinity;
    const pauseMs = told + REPEAT_AFTER_MS - this.#clock.monotonicMs();
    watched.cancel = this.#clock.after(Math.max(DWELL_MS, pauseMs), () => {
      watched.toldAtMs.set(kind, this.#clock.monotonicMs());
      const { standing } = watched.seen;
      if (standing !== undefined) this.#tell(standing);
    });
  }
}
