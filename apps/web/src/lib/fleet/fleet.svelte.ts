/**
 * All sessions as this tab knows them: fetched once, then kept true by events. Holds the order still
 * while somebody points at the list.
 */
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import type { Now } from '../ui/now.svelte.ts';
import { inHeldOrder, inOrder, isLive, matches } from './order.ts';

export class Fleet {
  filter = $state('');
  /** False until the first list has come. */
  isLoaded = $state(false);
  isWorkerConnected = $state(true);
  failure = $state.raw<Failure>();
  #sessions = $state.raw<readonly SessionSummary[]>([]);
  #held = $state.raw<readonly SessionId[]>();

  readonly #api: Api;
  readonly #now: Now;
  /** Told while a list is on its way: they are newer than what it will say. */
  #meanwhile: DashboardEvent[] | undefined;

  readonly ordered = $derived.by(() => this.#inOrder());
  readonly shown = $derived(this.ordered.filter((session) => matches(session, this.filter)));
  readonly live = $derived(this.shown.filter(isLive));
  readonly ended = $derived(this.shown.filter((session) => !isLive(session)));
  readonly count = $derived(this.#sessions.length);

  constructor(api: Api, now: Now) {
    this.#api = api;
    this.#now = now;
  }

  find(id: string): SessionSummary | undefined {
    return this.#sessions.find((session) => session.id === id);
  }

  /** Somebody points at the list or moves through it by keyboard: nothing may change its place. */
  hold(): void {
    this.#held ??= this.#inOrder().map(({ id }) => id);
  }

  release(): void {
    this.#held = undefined;
  }

  apply(event: DashboardEvent): void {
    if (event.type === 'reset') return void this.fetch();
    this.#meanwhile?.push(event);
    if (event.type === 'session') this.put(event.session);
    else if (event.type === 'session_removed') this.#remove(event.id);
    else this.isWorkerConnected = event.isConnected;
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

  /** @throws DashboardError */
  async remove(id: SessionId): Promise<void> {
    await this.#api.call('removeSession', { params: { id } });
    this.#remove(id);
  }

  #remove(gone: SessionId): void {
    this.#sessions = this.#sessions.filter(({ id }) => id !== gone);
  }

  #inOrder(): SessionSummary[] {
    const ordered = inOrder(this.#sessions, this.#now.ms);
    return this.#held === undefined ? ordered : inHeldOrder(ordered, this.#held);
  }
}
