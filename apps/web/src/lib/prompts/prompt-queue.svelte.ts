/** What waits for the agent of one session, as this tab knows it: fetched once, then kept true by events. */
import type { DashboardEvent } from '@dashboard/protocol/events';
import { parsePromptId, type PromptId, type SessionId } from '@dashboard/protocol/ids';
import type { ChangePrompt, QueuedPrompt } from '@dashboard/protocol/prompts';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import { makeUuid } from '../ui/uuid.ts';

export class PromptQueue {
  /** By place, those that were accepted among them. */
  prompts = $state.raw<readonly QueuedPrompt[]>([]);
  failure = $state.raw<Failure>();
  readonly #api: Api;
  readonly #session: SessionId;
  /** The prompt whose queueing nobody has confirmed: the same text again is the same prompt. */
  #unsure: { readonly id: PromptId; readonly text: string } | undefined;

  constructor(api: Api, session: SessionId) {
    this.#api = api;
    this.#session = session;
  }

  apply(event: DashboardEvent): void {
    if (event.type === 'reset') void this.fetch();
    if (event.type === 'prompt' && event.prompt.session === this.#session) this.#put(event.prompt);
    if (event.type === 'prompt_removed') this.#remove(event.id);
  }

  async fetch(): Promise<void> {
    const params = { id: this.#session };
    const list = await this.#attempt(() => this.#api.call('listPrompts', { params }));
    if (list !== undefined) this.prompts = list.prompts;
  }

  /** @returns whether it is queued; if not, `failure` says why */
  async queue(text: string): Promise<boolean> {
    const id = this.#unsure?.text === text ? this.#unsure.id : parsePromptId(makeUuid());
    this.#unsure = { id, text };
    const params = { id: this.#session };
    const prompt = await this.#attempt(() =>
      this.#api.call('queuePrompt', { params, body: { id, text } }),
    );
    if (prompt === undefined) return false;
    this.#unsure = undefined;
    this.#put(prompt);
    return true;
  }

  /** @returns whether it is done */
  async change(id: PromptId, body: ChangePrompt): Promise<boolean> {
    const params = { id: this.#session, prompt: id };
    const prompt = await this.#attempt(() => this.#api.call('changePrompt', { params, body }));
    if (prompt !== undefined) this.#put(prompt);
    return prompt !== undefined;
  }

  async withdraw(id: PromptId): Promise<void> {
    const params = { id: this.#session, prompt: id };
    const isDone = await this.#attempt(async () => {
      await this.#api.call('withdrawPrompt', { params });
      return true;
    });
    if (isDone === true) this.#remove(id);
  }

  /** @returns the path under which the agent finds it */
  async upload(file: File): Promise<string | undefined> {
    const params = { id: this.#session };
    const query = { name: file.name === '' ? 'file' : file.name };
    const uploaded = await this.#attempt(() =>
      this.#api.call('uploadFile', { params, query, file }),
    );
    return uploaded?.path;
  }

  async #attempt<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask();
      this.failure = undefined;
      return answer;
    } catch (error) {
      this.failure = failureOf(error);
      return undefined;
    }
  }

  /** An answer and an event may tell of the same change in either order: the later one holds. */
  #put(prompt: QueuedPrompt): void {
    const known = this.prompts.find(({ id }) => id === prompt.id);
    if (known !== undefined && known.sinceMs > prompt.sinceMs) return;
    const others = this.prompts.filter(({ id }) => id !== prompt.id);
    this.prompts = [...others, prompt].sort((a, b) => a.place - b.place);
  }

  #remove(id: PromptId): void {
    this.prompts = this.prompts.filter((prompt) => prompt.id !== id);
  }
}
