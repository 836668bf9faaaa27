/** What people have in front of them: told by their tabs, forgotten when they stop telling it. */
import type { Presence } from '@dashboard/protocol/alerts';
import type { UserId } from '@dashboard/protocol/ids';
import { PRESENCE_TTL_MS } from '@dashboard/protocol/limits';
import type { Clock } from '@dashboard/runtime/clock';
import { TABS_MAX } from './limits.ts';

interface Tab {
  readonly userId: UserId;
  readonly sees: Presence['sees'];
  /** Monotonic. */
  readonly untilMs: number;
}

export class Present {
  readonly #clock: Clock;
  /** By person and tab, the one heard of longest ago first. */
  readonly #tabs = new Map<string, Tab>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  say(userId: UserId, { tab, sees }: Presence): void {
    const key = `${userId} ${tab}`;
    this.#tabs.delete(key);
    if (sees === null) return;
    const untilMs = this.#clock.monotonicMs() + PRESENCE_TTL_MS;
    this.#tabs.set(key, { userId, sees, untilMs });
    const [oldest] = this.#tabs.keys();
    if (this.#tabs.size > TABS_MAX && oldest !== undefined) this.#tabs.delete(oldest);
  }

  seenBy(userId: UserId): ReadonlySet<Presence['sees']> {
    const nowMs = this.#clock.monotonicMs();
    const own = [...this.#tabs.values()].filter((tab) => tab.userId === userId);
    return new Set(own.filter(({ untilMs }) => untilMs > nowMs).map(({ sees }) => sees));
  }
}
