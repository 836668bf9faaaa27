/**
 * Watches one Claude Code: collects its signals, lets them be reduced, and tells when what people see
 * of it is another. Knows no socket and no pane.
 */
import type { AgentStatus } from '@dashboard/protocol/agents';
import type { Clock } from '@dashboard/runtime/clock';
import type { AgentEvents, AgentWatch, PaneExit } from '../session/ports.ts';
import { hookSignal, parseHookInput } from './claude/hook-input.ts';
import { HookOrder } from './claude/hook-order.ts';
import { readRegistry } from './claude/registry.ts';
import { setupDialogOn } from './claude/screen-rules.ts';
import { statusLineSignal } from './claude/status-line.ts';
import { transcriptSignal } from './claude/transcript-signals.ts';
import { TranscriptTail } from './claude/transcript-tail.ts';
import { transcriptIn } from './claude/config-directory.ts';
import { LOOK_EVERY_MS, TELL_EVERY_MS, TICK_MS } from './limits.ts';
import { beginning, reduce, withStatus, type Mind, type Signal } from './state/index.ts';
import { howItEnded } from './how-it-ended.ts';

export interface ClaudeWatchOptions {
  readonly clock: Clock;
  readonly events: AgentEvents;
  readonly observer: AgentObserver;
  /** Claude's own, as ~/.claude. */
  readonly configDirectory: string;
  /** Known from the launch, or from the record. */
  readonly conversation: string | null;
  /** When the session was made. */
  readonly atMs: number;
  /** What was last told of that conversation, to an earlier worker. */
  readonly facts: Pick<AgentStatus, 'model' | 'contextPercent' | 'costUsd'> | undefined;
  /** Of a session that is over. */
  readonly over: { readonly atMs: number; readonly reason: string } | undefined;
  /** For whoever keeps watches. */
  readonly life: {
    began(how: 'launched' | 'adopted'): void;
    ended(): void;
    /** Nothing more will be told of it. */
    letGo(): void;
    /** Each signal, once it has been reduced. */
    took(signal: Signal, mind: Mind): void;
  };
}

/** For metrics and the log. */
export interface AgentObserver {
  /** What the registry or a hook holds has another form than we know. */
  unreadable(source: 'hook' | 'registry' | 'status_line', fields: string): void;
  /** The registry was believed against a hook. */
  disagreed(): void;
}

export class ClaudeWatch implements AgentWatch {
  readonly #options: ClaudeWatchOptions;
  readonly #order = new HookOrder();
  #mind: Mind;
  #pid: number | undefined;
  #transcript: TranscriptTail | undefined;
  #stopTicking: (() => void) | undefined;
  #cancelTelling: (() => void) | undefined;
  #isLooking = false;
  /** Something changed, perhaps while it was being read. */
  #isToLook = false;
  #lookedAtMs = 0;
  #oddity = '';

  constructor(options: ClaudeWatchOptions) {
    this.#options = options;
    const { atMs, conversation, over, facts } = options;
    const begun = withFacts({ ...beginning(atMs, true), conversation }, facts);
    const end = { from: 'process', what: 'ended', ...over, atMs: over?.atMs ?? atMs } as const;
    this.#mind = over === undefined ? begun : reduce(begun, end);
  }

  get status(): AgentStatus {
    return this.#mind.status;
  }

  get isRunning(): boolean {
    return this.#pid !== undefined;
  }

  /** Of the program in the pane, while it runs. */
  get pid(): number | undefined {
    return this.#pid;
  }

  started(pid: number, how: 'launched' | 'adopted'): void {
    const { clock } = this.#options;
    this.#pid = pid;
    this.#options.life.began(how);
    this.#take({ from: 'process', what: how, atMs: clock.nowMs() });
    this.#stopTicking = clock.every(TICK_MS, () => this.#tick());
    void this.look();
  }

  drew(rows: readonly string[]): void {
    if (!this.isRunning) return;
    this.#take({ from: 'screen', dialog: setupDialogOn(rows), atMs: this.#nowMs() });
  }

  ended(how: PaneExit | 'lost'): void {
    this.#stop();
    this.#take({ from: 'process', what: 'ended', reason: howItEnded(how), atMs: this.#nowMs() });
    this.#options.life.ended();
  }

  dispose(): void {
    this.#stop();
  }

  /**
   * @param body as JSON gave it; undefined when it could not be read
   * @returns its place among the hooks of this agent
   */
  hook(event: string, body: unknown, pid: number | null): number | null {
    const nowMs = this.#nowMs();
    const order = pid === null ? null : this.#order.placeOf(pid, nowMs);
    if (!this.isRunning) return order;
    const input = parseHookInput(body);
    if (input === undefined) this.#options.observer.unreadable('hook', event);
    this.#follow(input?.transcript_path);
    this.#take({ ...hookSignal(event, input, nowMs), order });
    return order;
  }

  /** Hooks of its subagents that wait for an answer, from now on. */
  holds(count: number): void {
    if (this.isRunning) this.#take({ from: 'held', count, atMs: this.#nowMs() });
  }

  statusLine(body: unknown): void {
    if (!this.isRunning) return;
    const signal = statusLineSignal(body, this.#nowMs());
    if (signal === undefined) this.#options.observer.unreadable('status_line', 'form');
    else this.#take(signal);
  }

  /** Reads registry and transcript now: the kernel told that one has changed, or it is time. */
  async look(): Promise<void> {
    this.#isToLook = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#isToLook && this.#pid !== undefined) {
        this.#isToLook = false;
        this.#lookedAtMs = this.#nowMs();
        await this.#readRegistry(this.#pid);
        await this.#readTranscript();
      }
    } finally {
      this.#isLooking = false;
    }
  }

  async #readRegistry(pid: number): Promise<void> {
    const nowMs = this.#nowMs();
    const directory = `${this.#options.configDirectory}/sessions`;
    const { conversation } = this.#mind;
    const reading = await readRegistry({ directory, pid, conversation, nowMs });
    if (!this.isRunning) return;
    if (reading === 'absent') return this.#takeGone(nowMs);
    if ('signal' in reading) return this.#take(reading.signal);
    // Once for each form: it is looked at every second.
    if (reading.odd !== this.#oddity) this.#options.observer.unreadable('registry', reading.odd);
    this.#oddity = reading.odd;
  }

  #takeGone(atMs: number): void {
    const { registry } = this.#mind;
    if (registry === null || registry.what === 'gone') return;
    this.#take({ ...registry, atMs, what: 'gone', waitingFor: null, conversation: null });
  }

  async #readTranscript(): Promise<void> {
    for (const line of (await this.#transcript?.read()) ?? []) {
      const signal = transcriptSignal(line, this.#nowMs());
      if (signal !== undefined && this.isRunning) this.#take(signal);
    }
  }

  #follow(path: string | undefined): void {
    if (path === undefined || path === this.#transcript?.path) return;
    if (transcriptIn(this.#options.configDirectory, path))
      this.#transcript = new TranscriptTail(path);
  }

  #tick(): void {
    const nowMs = this.#nowMs();
    this.#take({ from: 'clock', atMs: nowMs });
    if (nowMs - this.#lookedAtMs >= LOOK_EVERY_MS) void this.look();
  }

  #take(signal: Signal): void {
    const before = this.#mind;
    const after = reduce(before, signal);
    this.#mind = after;
    const { events, observer } = this.#options;
    if (after.disagreements > before.disagreements) observer.disagreed();
    if (after.conversation !== null && after.conversation !== before.conversation) {
      events.conversation(after.conversation);
    }
    if (after.status !== before.status) this.#tell(before.status, after.status);
    this.#options.life.took(signal, after);
  }

  /** A new state at once; what else changes with every tool, now and then. */
  #tell(before: AgentStatus, after: AgentStatus): void {
    if (before.state !== after.state) {
      this.#cancelTelling?.();
      this.#cancelTelling = undefined;
      return this.#options.events.changed();
    }
    this.#cancelTelling ??= this.#options.clock.after(TELL_EVERY_MS, () => {
      this.#cancelTelling = undefined;
      this.#options.events.changed();
    });
  }

  #stop(): void {
    this.#pid = undefined;
    this.#stopTicking?.();
    this.#cancelTelling?.();
    this.#cancelTelling = undefined;
    this.#options.life.letGo();
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

function withFacts(mind: Mind, facts: ClaudeWatchOptions['facts']): Mind {
  if (facts === undefined) return mind;
  const { model, contextPercent, costUsd } = facts;
  return withStatus(mind, { model, contextPercent, costUsd });
}
