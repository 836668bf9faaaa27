/**
 * Gives the prompts of one queue to the agent of its session, one after the other: what next-step.ts
 * says is to be done is done here, and kept before it is done.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { PromptId, SessionId } from '@dashboard/protocol/ids';
import type { PromptState } from '@dashboard/protocol/prompts';
import { ENTER_AFTER_MS, PROMPTS_REST_MS, TRANSCRIPT_LOOK_EVERY_MS } from '../limits.ts';
import { givenText, isCommand, isSaid } from './match.ts';
import { nextStep, type KeptPrompt, type Step } from './next-step.ts';
import type { PromptsOptions } from './ports.ts';
import type { PromptQueue } from './prompt-queue.ts';
import type { Seen } from './seen.ts';

export interface GivingOptions extends PromptsOptions {
  readonly queue: PromptQueue;
  /** On disk, and then told. @throws DashboardError storage_failed */
  readonly keep: (prompt: KeptPrompt) => void;
}

/** A timer may be early by a millisecond. */
const TIMER_SLACK_MS = 5;
const ENTER = Buffer.from('\r');
/** Clears a line. An agent that is interrupted before its first word puts the prompt back into its box. */
const CLEAR = Buffer.from('\x15\x15');
const NOTES = {
  among: 'Something else stood in the input box, and went with it.',
  written: 'Its transcript has it.',
  drew: 'Its screen went on; the program tells nothing else.',
  command: 'A command of the agent does not say that it was taken.',
  silent: 'The agent has not said that it took it.',
  over: 'The program ended before it said that it took it.',
} as const;

export class Giving {
  readonly #session: SessionId;
  readonly #options: GivingOptions;
  #seen: Seen | undefined;
  /** What was acted on last, and when; of what an earlier worker left, when this one saw it first. */
  #acted: { readonly id: PromptId; readonly atMs: number; readonly isOurs: boolean } | undefined;
  /** For which prompt the input box was cleared. */
  #cleared: { readonly id: PromptId; readonly atMs: number } | undefined;
  #lookedAtMs = -Infinity;
  #isLooking = false;
  #restsUntilMs = -Infinity;
  #cancelEnter: (() => void) | undefined;

  constructor(session: SessionId, options: GivingOptions) {
    this.#session = session;
    this.#options = options;
  }

  noticed(seen: Seen): void {
    this.#seen = seen;
    if (seen.took !== null) this.#heard(seen.took);
    this.look();
  }

  /** Does what is to be done now, if anything. */
  look(): void {
    const seen = this.#seen;
    const head = this.#head;
    if (head === undefined || seen === undefined) return;
    this.#attempt('give a prompt', () => this.#act(head, seen));
  }

  stop(): void {
    this.#cancelEnter?.();
    this.#seen = undefined;
  }

  /** After an interrupt, what a person wants now goes before what waited. */
  get #head(): KeptPrompt | undefined {
    const seen = this.#seen;
    return this.#options.queue.headSince(seen?.ground === 'held' ? seen.sinceMs : undefined);
  }

  #act(head: KeptPrompt, seen: Seen): void {
    if (this.#options.clock.monotonicMs() < this.#restsUntilMs) return;
    const step = this.#stepOf(head, seen);
    if (step === 'paste' && this.#isBoxClear(head, seen)) return this.#paste(head);
    if (head.state === 'sent') this.#goOn(head, seen, step);
  }

  #goOn(head: KeptPrompt, seen: Seen, step: Step): void {
    if (this.#hasDrawn(head, seen)) return this.#settle(head, 'accepted', NOTES.drew);
    const isFirstEnter = step === 'enter' && head.enters === 0;
    if (isFirstEnter && this.#acted?.isOurs === true) return this.#press(head);
    const isDecided = step !== 'wait' || seen.isOver;
    if (isDecided || this.#isLookDue()) void this.#lookItUp(head);
  }

  #isLookDue(): boolean {
    return this.#options.clock.monotonicMs() - this.#lookedAtMs >= TRANSCRIPT_LOOK_EVERY_MS;
  }

  #stepOf(head: KeptPrompt, seen: Seen): Step {
    const { clock, recipient } = this.#options;
    const to = recipient(this.#session);
    if (to?.isRunning !== true) return 'wait';
    const { hasReadAll, untypedMs } = to;
    const monotonicMs = clock.monotonicMs();
    if (this.#acted?.id !== head.id)
      this.#acted = { id: head.id, atMs: monotonicMs, isOurs: false };
    const actedAtMs = this.#acted.atMs;
    return nextStep(head, { seen, monotonicMs, actedAtMs, untypedMs, hasReadAll });
  }

  /** Clears it first where something may stand in it; at once with the paste, it would be no key. */
  #isBoxClear({ id }: KeptPrompt, { isInterrupted }: Seen): boolean {
    const { clock } = this.#options;
    if (!isInterrupted) return true;
    if (this.#cleared?.id === id) return clock.monotonicMs() - this.#cleared.atMs >= ENTER_AFTER_MS;
    this.#write(CLEAR);
    this.#cleared = { id, atMs: clock.monotonicMs() };
    this.#cancelEnter = clock.after(ENTER_AFTER_MS + TIMER_SLACK_MS, () => this.look());
    return false;
  }

  #paste(head: KeptPrompt): void {
    const { clock, keep, observer } = this.#options;
    const sent: KeptPrompt = { ...head, state: 'sent', note: null, sinceMs: clock.nowMs() };
    keep(sent); // before a byte is written: whoever finds it on disk knows that it may have been
    observer.went(sent);
    try {
      this.#write(Buffer.from(`\x1b[200~${givenText(head.text)}\x1b[201~`));
    } catch (error) {
      return this.#settle(sent, 'failed', error instanceof Error ? error.message : String(error));
    }
    this.#acted = { id: head.id, atMs: clock.monotonicMs(), isOurs: true };
    this.#cancelEnter = clock.after(ENTER_AFTER_MS + TIMER_SLACK_MS, () => this.look());
  }

  #press(head: KeptPrompt): void {
    const { clock, keep } = this.#options;
    keep({ ...head, enters: head.enters + 1 });
    this.#acted = { id: head.id, atMs: clock.monotonicMs(), isOurs: true };
    this.#write(ENTER);
  }

  /** @throws DashboardError session_ended, rate_limited */
  #write(bytes: Uint8Array): void {
    const to = this.#options.recipient(this.#session);
    if (to === undefined) throw new DashboardError('session_ended', 'this session has ended');
    to.write(bytes);
  }

  #heard(told: string): void {
    const head = this.#head;
    if (head?.state !== 'sent' && head?.state !== 'unconfirmed') return;
    const how = isSaid(head.text, told);
    if (how === undefined) return;
    this.#attempt('keep a prompt', () => {
      this.#settle(head, 'accepted', how === 'among' ? NOTES.among : null);
    });
  }

  /** A program that tells nothing went on after its Enter. */
  #hasDrawn({ enters }: KeptPrompt, { drewAtMs }: Seen): boolean {
    return enters > 0 && drewAtMs !== null && drewAtMs > (this.#acted?.atMs ?? Infinity);
  }

  /** In doubt: what the agent wrote down decides, and only where it wrote nothing is Enter pressed. */
  async #lookItUp(head: KeptPrompt): Promise<void> {
    const { clock, wroteDown } = this.#options;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const isThere = await wroteDown(this.#session, head.text, head.sinceMs);
      this.#lookedAtMs = clock.monotonicMs();
      const seen = this.#seen;
      if (seen === undefined || this.#head !== head) return;
      if (isThere) return this.#settle(head, 'accepted', NOTES.written);
      if (seen.isOver) return this.#settle(head, 'unconfirmed', NOTES.over);
      const step = this.#stepOf(head, seen);
      if (step === 'enter') this.#press(head);
      if (step === 'give_up') {
        this.#settle(head, 'unconfirmed', isCommand(head.text) ? NOTES.command : NOTES.silent);
      }
    } catch (error) {
      this.#rest('look for a prompt', error);
    } finally {
      this.#isLooking = false;
    }
  }

  #settle(head: KeptPrompt, state: PromptState, note: string | null): void {
    const settled = { ...head, state, note, sinceMs: this.#options.clock.nowMs() };
    this.#cancelEnter?.();
    this.#options.keep(settled);
    this.#options.observer.went(settled);
  }

  #attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#rest(what, error);
    }
  }

  /** What the disk refuses is tried again later; until then nothing is given. */
  #rest(what: string, error: unknown): void {
    const { clock, observer } = this.#options;
    this.#restsUntilMs = clock.monotonicMs() + PROMPTS_REST_MS;
    observer.failed(this.#session, what, error);
  }
}
