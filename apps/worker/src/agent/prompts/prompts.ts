/**
 * The prompts that wait for agents, each given to its agent once: pasted when the agent is idle, Enter
 * a moment later, and accepted when the agent says so. Everything is on disk before it is done, and a
 * paste is never repeated: what a worker that went away left in doubt is settled by what the agent
 * wrote down, or by a person.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { PromptEvent } from '@dashboard/protocol/events';
import { parsePromptId, type PromptId, type SessionId } from '@dashboard/protocol/ids';
import { PROMPT_BYTES_MAX, PROMPT_NOTE_CHARS_MAX } from '@dashboard/protocol/limits';
import {
  cleanPromptText,
  type ChangePrompt,
  type QueuedPrompt,
  type QueuePrompt,
} from '@dashboard/protocol/prompts';
import type { Asker } from '@dashboard/protocol/worker/handshake';
import type { Part } from '@dashboard/runtime/lifecycle';
import { PROMPTS_ACCEPTED_SHOWN, PROMPTS_WAITING_MAX, PROMPTS_WITHDRAWN_MAX } from '../limits.ts';
import { words } from '../state/index.ts';
import { uuidOf } from '../uuid-of.ts';
import { Giving } from './giving.ts';
import type { KeptPrompt } from './next-step.ts';
import type { PromptsOptions, Recipient } from './ports.ts';
import { PromptQueue } from './prompt-queue.ts';
import type { Seen } from './seen.ts';

export class Prompts implements Part {
  readonly name = 'prompts';
  readonly #options: PromptsOptions;
  readonly #queues = new Map<SessionId, PromptQueue>();
  readonly #givings = new Map<SessionId, Giving>();
  readonly #withdrawn = new Set<PromptId>();
  readonly #listeners = new Set<(event: PromptEvent) => void>();

  constructor(options: PromptsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    for (const prompt of this.#options.records.all()) this.#queueOf(prompt.session).put(prompt);
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    for (const giving of this.#givings.values()) giving.stop();
    await Promise.resolve();
  }

  /** @returns a function that stops the telling */
  onEvent(listener: (event: PromptEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** In their order, behind the newest that were accepted. @throws DashboardError session_not_found */
  list(session: SessionId): readonly QueuedPrompt[] {
    this.#recipient(session);
    const all = this.#queues.get(session)?.all ?? [];
    const accepted = all.filter(({ state }) => state === 'accepted');
    const waiting = all.filter(({ state }) => state !== 'accepted');
    return [...accepted.slice(-PROMPTS_ACCEPTED_SHOWN), ...waiting].map(shown);
  }

  /**
   * The same id again gives what the first one made.
   * @throws DashboardError session_not_found, session_ended, takes_no_prompts, too_large,
   *   too_many_prompts, conflict when the id is another prompt's, storage_failed
   */
  queue(session: SessionId, { id, text }: QueuePrompt, by: Asker): QueuedPrompt {
    const { clock, observer } = this.#options;
    const { takesPrompts, isRunning } = this.#recipient(session);
    if (!takesPrompts) {
      throw new DashboardError('takes_no_prompts', 'the program of this session takes no prompts');
    }
    const queue = this.#queueOf(session);
    const earlier = queue.find(id);
    if (earlier?.text === text) return shown(earlier);
    if (earlier !== undefined || this.#isElsewhere(id, session)) {
      throw new DashboardError('conflict', 'another prompt has this id');
    }
    if (this.#withdrawn.has(id)) throw new DashboardError('conflict', 'this prompt was withdrawn');
    if (!isRunning) throw new DashboardError('session_ended', 'this session has ended');
    requireSize(text);
    if (queue.waiting.length >= PROMPTS_WAITING_MAX) {
      throw new DashboardError('too_many_prompts', `${PROMPTS_WAITING_MAX} prompts wait already`);
    }
    const nowMs = clock.nowMs();
    const prompt: KeptPrompt = {
      ...{ id, session, text, state: 'queued', note: null, place: queue.lastPlace },
      ...{ by: { userId: by.userId, name: by.name }, queuedAtMs: nowMs, sinceMs: nowMs },
      ...{ touchedAtMs: nowMs, enters: 0 },
    };
    this.#keep(prompt);
    observer.queued(prompt, by);
    this.#givings.get(session)?.look();
    return shown(prompt);
  }

  /** Of a session whose program takes it no other way; made twice, it is queued once. */
  queueFirst(session: SessionId, prompt: string, by: Asker): void {
    const text = cleanPromptText(prompt);
    if (text.trim() === '' || !this.#recipient(session).isRunning) return;
    this.queue(session, { id: firstPromptId(session), text }, by);
  }

  /** @throws DashboardError session_not_found, prompt_not_found, prompt_sent, too_large, storage_failed */
  change(
    { session, id }: { readonly session: SessionId; readonly id: PromptId },
    change: ChangePrompt,
    by: Asker,
  ): QueuedPrompt {
    this.#recipient(session);
    const queue = this.#queueOf(session);
    const touched = { touchedAtMs: this.#options.clock.nowMs() };
    if (change.what === 'text') {
      requireSize(change.text);
      this.#keep({ ...queue.require(id, ['queued']), ...touched, text: change.text });
    } else if (change.what === 'place') {
      for (const moved of queue.move(queue.require(id, ['queued']), change.before))
        this.#keep(moved);
    } else {
      const prompt = queue.require(id, ['unconfirmed', 'failed']);
      const again = {
        state: 'queued',
        enters: 0,
        note: null,
        sinceMs: touched.touchedAtMs,
      } as const;
      this.#keep({ ...prompt, ...touched, ...again });
    }
    const changed = queue.require(id, ['queued']);
    this.#options.observer.changed(changed, change.what, by);
    this.#givings.get(session)?.look();
    return shown(changed);
  }

  /** @throws DashboardError session_not_found, prompt_not_found, prompt_sent, storage_failed */
  withdraw({ session, id }: { session: SessionId; id: PromptId }, by: Asker): void {
    const { records, observer } = this.#options;
    this.#recipient(session);
    if (this.#withdrawn.has(id)) return;
    const queue = this.#queueOf(session);
    const prompt = queue.require(id, ['queued', 'unconfirmed', 'failed']);
    records.remove(id);
    queue.remove(id);
    this.#withdrawn.add(id);
    const [oldest] = this.#withdrawn;
    if (this.#withdrawn.size > PROMPTS_WITHDRAWN_MAX && oldest !== undefined) {
      this.#withdrawn.delete(oldest);
    }
    observer.withdrawn(prompt, by);
    this.#tell({ type: 'prompt_removed', id, session });
    this.#givings.get(session)?.look();
  }

  /** After each signal of an agent. */
  noticed(session: SessionId, seen: Seen): void {
    this.#givingOf(session).noticed(seen);
  }

  /** The session was removed, and its record with all prompts. */
  forget(session: SessionId): void {
    this.#givings.get(session)?.stop();
    this.#givings.delete(session);
    this.#queues.delete(session);
  }

  /** @throws DashboardError session_not_found */
  #recipient(session: SessionId): Recipient {
    const recipient = this.#options.recipient(session);
    if (recipient !== undefined) return recipient;
    throw new DashboardError('session_not_found', `no session ${session}`);
  }

  #givingOf(session: SessionId): Giving {
    const known = this.#givings.get(session);
    if (known !== undefined) return known;
    const giving = new Giving(session, {
      ...this.#options,
      queue: this.#queueOf(session),
      keep: (prompt) => this.#keep(prompt),
    });
    this.#givings.set(session, giving);
    return giving;
  }

  #queueOf(session: SessionId): PromptQueue {
    const queue = this.#queues.get(session) ?? new PromptQueue();
    this.#queues.set(session, queue);
    return queue;
  }

  #isElsewhere(id: PromptId, session: SessionId): boolean {
    return [...this.#queues].some(([other, queue]) => other !== session && queue.find(id));
  }

  /** On disk first. @throws DashboardError storage_failed */
  #keep(prompt: KeptPrompt): void {
    const { records } = this.#options;
    const kept = { ...prompt, note: prompt.note && words(prompt.note, PROMPT_NOTE_CHARS_MAX) };
    records.put(kept);
    const queue = this.#queueOf(prompt.session);
    queue.put(kept);
    if (kept.state === 'accepted') for (const id of queue.forgetOldest()) records.remove(id);
    this.#tell({ type: 'prompt', prompt: shown(kept) });
  }

  #tell(event: PromptEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** A UUID made of the session's id. */
function firstPromptId(session: SessionId): PromptId {
  return parsePromptId(uuidOf(`dashboard first prompt\n${session}`));
}

/** @throws DashboardError too_large */
function requireSize(text: string): void {
  if (Buffer.byteLength(text) <= PROMPT_BYTES_MAX) return;
  throw new DashboardError('too_large', `a prompt has at most ${PROMPT_BYTES_MAX} bytes`);
}

/** Without what is the worker's own. */
function shown({ touchedAtMs: _touched, enters: _enters, ...prompt }: KeptPrompt): QueuedPrompt {
  return prompt;
}
