/**
 * All sessions as this tab knows them: fetched once, then kept true by events. Holds the order still
 * while somebody points at the list.
 */
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import type { Now } from '../ui/now.svelte.ts';
import { inHeldOrder, inOrder, matches } from './order.ts';
import { isLive, standingOf, STANDINGS, type Standing } from './standing.ts';

/** A pointer that rests this long over the list looks elsewhere. */
const HELD_MS = 8_000;

export class Fleet {
  filter = $state('');
  /** Only these are shown; undefined: all. */
  only = $state<Standing>();
  /** False until the first list has come. */
  isLoaded = $state(false);
  isWorkerConnected = $state(true);
  failure = $state.raw<Failure>();
  #sessions = $state.raw<readonly SessionSummary[]>([]);
  #held = $state.raw<readonly SessionId[]>();

  readonly #api: Api;
  readonly #now: Now;
  readonly #clock: Clock;
  #cancelRelease: (() => void) | undefined;
  #isHeldFirmly = false;
  /** Told while a list is on its way: they are newer than what it will say. */
  #meanwhile: DashboardEvent[] | undefined;

  readonly ordered = $derived.by(() => this.#inOrder());
  readonly shown = $derived(this.ordered.filter((session) => this.#isAskedFor(session)));
  readonly live = $derived(this.shown.filter(isLive));
  readonly ended = $derived(this.shown.filter((session) => !isLive(session)));
  readonly count = $derived(this.#sessions.length);
  /** How many stand where, of all that live; what nobody stands in is left out. */
  readonly standings = $derived.by(() => this.#countStandings());
  /** Longest wait first, whatever order is held. */
  readonly needy = $derived(this.#sortedNow().filter((each) => standingOf(each) === 'person'));

  constructor(api: Api, now: Now, clock: Clock) {
    this.#api = api;
    this.#now = now;
    this.#clock = clock;
  }

  /** The title of a page, with how many need a person in front: it is read in a row of tabs. */
  titled(title: string): string {
    const count = this.needy.length;
    return `${count > 0 ? `(${count}) ` : ''}${title} · Dashboard`;
  }

  /** @param id of the session that is open; the one after it, and after the last the first again */
  nextNeedy(id: string | undefined): SessionSummary | undefined {
    const at = this.needy.findIndex((session) => session.id === id);
    const next = this.needy[(at + 1) % this.needy.length];
    return next?.id === id ? undefined : next;
  }

  find(id: string): SessionSummary | undefined {
    return this.#sessions.find((session) => session.id === id);
  }

  /**
   * Somebody points at the list or moves through it by keyboard: nothing may change its place.
   * @param how `briefly`: until it is released, or the pointer has rested for a while
   */
  hold(how: 'briefly' | 'until released' = 'until released'): void {
    this.#held ??= this.#inOrder().map(({ id }) => id);
    this.#cancelRelease?.();
    this.#isHeldFirmly ||= how === 'until released';
    if (this.#isHeldFirmly) return;
    this.#cancelRelease = this.#clock.after(HELD_MS, () => this.release());
  }

  release(): void {
    this.#cancelRelease?.();
    this.#isHeldFirmly = false;
    this.#held = undefined;
  }

  apply(event: DashboardEvent): void {
    if (event.type === 'reset') return void this.fetch();
    this.#meanwhile?.push(event);
    if (event.type === 'session') this.put(event.session);
    else if (event.type === 'session_removed') this.#remove(event.id);
    else if (event.type === 'worker') this.isWorkerConnected = event.isConnected;
  }

  put(session: SessionSummary): void {
    const place = this.#sessions.findIndex(({ id }) => id === session.id);
    this.#sessions = place < 0 ? [session, ...this.#sessions] : this.#sessions.with(place, session);
  }

  async fetch(): Promise<void> {
    const meanwhile: DashboardEvent[] = [];
    this.#meanwhile = meanwhile;
    try {
      const { sessions } = await this.#api.call('listSessions');
      if (this.#meanwhile !== meanwhile) return; // a newer fetch is on its way
      this.#sessions = sessions;
      this.isLoaded = true;
      this.failure = undefined;
      this.#meanwhile = undefined;
      for (const event of meanwhile) this.apply(event);
    } catch (error) {
      if (this.#meanwhile === meanwhile) this.#meanwhile = undefined;
      this.failure = failureOf(error);
    }
  }

  /** @throws DashboardError */
  async rename(id: SessionId, name: string): Promise<void> {
    this.put(await this.#api.call('renameSession', { params: { id }, body: { name } }));
  }

  /** @throws DashboardError */
  async end(id: SessionId): Promise<void> {
    this.put(await this.#api.call('endSession', { params: { id } }));
  }

  /** @throws DashboardError */
  async resume(id: SessionId): Promise<void> {
    this.put(await this.#api.call('resumeSession', { params: { id } }));
  }

  /** Says yes to its agent, which asks whether the directory is trusted. @throws DashboardError */
  async trust(id: SessionId): Promise<void> {
    this.put(await this.#api.call('trustSession', { params: { id } }));
  }

  /** @throws DashboardError */
  async remove(id: SessionId): Promise<void> {
    await this.#api.call('removeSession', { params: { id } });
    this.#remove(id);
  }

  #remove(gone: SessionId): void {
    this.#sessions = this.#sessions.filter(({ id }) => id !== gone);
  }

  #isAskedFor(session: SessionSummary): boolean {
    if (this.only !== undefined && standingOf(session) !== this.only) return false;
    return matches(session, this.filter);
  }

  #countStandings(): readonly (readonly [Standing, number])[] {
    const found = this.#sessions.map(standingOf);
    return STANDINGS.filter((standing) => standing !== 'ended')
      .map((standing) => [standing, found.filter((each) => each === standing).length] as const)
      .filter(([, count]) => count > 0);
  }

  #sortedNow(): SessionSummary[] {
    return inOrder(this.#sessions, this.#now.ms);
  }

  #inOrder(): SessionSummary[] {
    const ordered = this.#sortedNow();
    return this.#held === undefined ? ordered : inHeldOrder(ordered, this.#held);
  }
}
