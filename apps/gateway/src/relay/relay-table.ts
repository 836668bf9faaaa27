/** All terminal sockets of this gateway: how many, whose, and how they end when a login does. */
import { DashboardError, type ErrorCode } from '@dashboard/protocol/errors';
import type { LoginId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import {
  CLOSE_TIMEOUT_MS,
  DRAIN_SPREAD_MS,
  RELAYS_MAX,
  RELAYS_PER_ADDRESS_MAX,
  RELAYS_PER_LOGIN_MAX,
} from './limits.ts';
import type { Relay } from './relay.ts';

/** Whom a socket is counted for. */
export interface RelayHolder {
  readonly loginId: LoginId;
  /** Of the peer, or of the browser where a listed proxy says so; all of a /64 is one. */
  readonly network: string;
}

type Held = Pick<Relay, 'fail' | 'onOver'>;

export class RelayTable implements Part {
  readonly name = 'terminal sockets';
  readonly #clock: Clock;
  readonly #drainMs: number;
  readonly #relays = new Map<Held, RelayHolder>();
  #isDraining = false;
  #onEmpty: (() => void) | undefined;

  /** @param drainMs how long stop() takes over its viewers; 0: all at once, nobody else is there */
  constructor(clock: Clock, drainMs: number) {
    this.#clock = clock;
    this.#drainMs = drainMs;
  }

  get size(): number {
    return this.#relays.size;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Before a socket is accepted. @throws DashboardError draining, too_many_viewers */
  requireRoom({ loginId, network }: RelayHolder): void {
    if (this.#isDraining) throw new DashboardError('draining', 'this gateway is being replaced');
    let ofLogin = 0;
    let ofNetwork = 0;
    for (const holder of this.#relays.values()) {
      if (holder.loginId === loginId) ofLogin++;
      if (holder.network === network) ofNetwork++;
    }
    const isFull = this.#relays.size >= RELAYS_MAX || ofNetwork >= RELAYS_PER_ADDRESS_MAX;
    if (isFull || ofLogin >= RELAYS_PER_LOGIN_MAX) {
      throw new DashboardError('too_many_viewers', 'too many terminals are open');
    }
  }

  add(relay: Held, holder: RelayHolder): void {
    this.#relays.set(relay, holder);
    relay.onOver(() => {
      this.#relays.delete(relay);
      if (this.#relays.size === 0) this.#onEmpty?.();
    });
  }

  /** The login has ended or its role has changed: what was opened with it closes in this turn. */
  revoke(loginId: LoginId, code: Extract<ErrorCode, 'unauthenticated' | 'forbidden'>): void {
    for (const [relay, holder] of [...this.#relays]) {
      if (holder.loginId === loginId) relay.fail(code, { reason: 'revoked', retryMs: 0 });
    }
  }

  async start(): Promise<void> {
    await Promise.resolve();
  }

  /**
   * Lets nobody in any more and tells every page to come back, each at another moment: where another
   * gateway takes over, by closing them one after the other; where none does, all at once with a time
   * to wait for this one's successor. Returns when the period is over and the sockets are closed.
   */
  async stop(): Promise<void> {
    this.#isDraining = true;
    const relays = [...this.#relays.keys()];
    for (const [place, relay] of relays.entries()) {
      const share = place / relays.length;
      if (this.#drainMs === 0) leave(relay, Math.round(share * DRAIN_SPREAD_MS));
      else this.#clock.after(share * this.#drainMs, () => leave(relay, 0));
    }
    await this.#wait(this.#drainMs);
    if (this.#relays.size === 0) return;
    await Promise.race([
      new Promise<void>((resolve) => (this.#onEmpty = resolve)),
      this.#wait(CLOSE_TIMEOUT_MS),
    ]);
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => void this.#clock.after(ms, resolve));
  }
}

function leave(relay: Held, retryMs: number): void {
  relay.fail('draining', { reason: 'draining', retryMs });
}
