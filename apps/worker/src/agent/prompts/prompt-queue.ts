/** The prompts of one session in their order: those that wait, and the newest that were accepted. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { PromptId } from '@dashboard/protocol/ids';
import { PROMPTS_ACCEPTED_MAX } from '../limits.ts';
import type { KeptPrompt } from './next-step.ts';

export class PromptQueue {
  readonly #prompts = new Map<PromptId, KeptPrompt>();

  /** By place. */
  get all(): readonly KeptPrompt[] {
    return [...this.#prompts.values()].sort((a, b) => a.place - b.place);
  }

  /** Those that have not been accepted. */
  get waiting(): readonly KeptPrompt[] {
    return this.all.filter(({ state }) => state !== 'accepted');
  }

  /**
   * The one that is on its way or in doubt, before which nothing goes; otherwise the first that waits.
   * @param sinceMs only what a person wanted since then may pass those that wait
   */
  headSince(sinceMs: number | undefined): KeptPrompt | undefined {
    const { waiting } = this;
    const isWanted = ({ touchedAtMs }: KeptPrompt) =>
      sinceMs !== undefined && touchedAtMs >= sinceMs;
    return waiting.find(({ state }) => state !== 'queued') ?? waiting.find(isWanted) ?? waiting[0];
  }

  find(id: PromptId): KeptPrompt | undefined {
    return this.#prompts.get(id);
  }

  /** @throws DashboardError prompt_not_found; prompt_sent when it is not among these states */
  require(id: PromptId, states: readonly KeptPrompt['state'][]): KeptPrompt {
    const prompt = this.#prompts.get(id);
    if (prompt === undefined) throw new DashboardError('prompt_not_found', 'no such prompt');
    if (states.includes(prompt.state)) return prompt;
    throw new DashboardError('prompt_sent', `this prompt is ${prompt.state}`);
  }

  put(prompt: KeptPrompt): void {
    this.#prompts.set(prompt.id, prompt);
  }

  remove(id: PromptId): void {
    this.#prompts.delete(id);
  }

  /** Accepted ones beyond those that are remembered, the oldest first; they are forgotten here. */
  forgetOldest(): readonly PromptId[] {
    const accepted = this.all.filter(({ state }) => state === 'accepted');
    const old = accepted.slice(0, Math.max(0, accepted.length - PROMPTS_ACCEPTED_MAX));
    for (const { id } of old) this.#prompts.delete(id);
    return old.map(({ id }) => id);
  }

  get lastPlace(): number {
    return Math.max(0, ...this.all.map(({ place }) => place)) + 1;
  }

  /**
   * Moves a queued prompt before another, or to the end. @returns those whose place is another now
   * @throws DashboardError prompt_not_found, prompt_sent: nothing goes before what is being given
   */
  move(moved: KeptPrompt, before: PromptId | null): readonly KeptPrompt[] {
    if (before !== null) this.require(before, ['queued']);
    const others = this.waiting.filter(({ id }) => id !== moved.id);
    const at = before === null ? others.length : others.findIndex(({ id }) => id === before);
    const [previous, next] = [others[at - 1]?.place ?? this.#lastAcceptedPlace, others[at]?.place];
    const place = next === undefined ? previous + 1 : (previous + next) / 2;
    if (next === undefined || (previous < place && place < next)) return [{ ...moved, place }];
    return this.#counted([...others.slice(0, at), moved, ...others.slice(at)]);
  }

  /** Halves of halves have come to an end: whole numbers again. */
  #counted(order: readonly KeptPrompt[]): readonly KeptPrompt[] {
    const first = Math.floor(this.#lastAcceptedPlace) + 1;
    return order.map((prompt, index) => ({ ...prompt, place: first + index }));
  }

  get #lastAcceptedPlace(): number {
    const accepted = this.all.filter(({ state }) => state === 'accepted');
    return accepted.at(-1)?.place ?? 0;
  }
}
