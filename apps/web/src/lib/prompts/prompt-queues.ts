/** The queues of prompts that this tab has looked at, kept true by events. */
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Api } from '../api/api.ts';
import { PromptQueue } from './prompt-queue.svelte.ts';

export class PromptQueues {
  readonly #api: Api;
  readonly #queues = new Map<SessionId, PromptQueue>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Fetched the first time that somebody asks for it. */
  of(session: SessionId): PromptQueue {
    const known = this.#queues.get(session);
    if (known !== undefined) return known;
    const queue = new PromptQueue(this.#api, session);
    this.#queues.set(session, queue);
    void queue.fetch();
    return queue;
  }

  apply(event: DashboardEvent): void {
    if (event.type === 'session_removed') this.#queues.delete(event.id);
    for (const queue of this.#queues.values()) queue.apply(event);
  }
}
