/** Of a program that tells nothing: whether it runs, and how it ended. */
import type { AgentStatus } from '@dashboard/protocol/agents';
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { AgentEvents, AgentWatch, PaneExit } from '../session/ports.ts';
import { howItEnded } from './how-it-ended.ts';
import { TICK_MS } from './limits.ts';
import { seenOfMute, type Seen } from './prompts/index.ts';
import { beginning, reduce, type Mind } from './state/index.ts';

/** Of a shell, and of a program whose profile is gone. */
export const NOTHING_TO_WATCH: AgentWatch = {
  status: null,
  started: () => undefined,
  drew: () => undefined,
  ended: () => undefined,
  dispose: () => undefined,
};

export interface ProcessEvents extends AgentEvents {
  /** Now and then: its silence is all that tells whether it is ready for a prompt. */
  noticed(seen: Seen): void;
}

export class ProcessWatch implements AgentWatch {
  readonly #events: ProcessEvents;
  readonly #clock: Clock;
  #mind: Mind;
  /** Monotonic. */
  #drewAtMs = 0;
  #stopTicking: (() => void) | undefined;

  constructor(record: SessionRecord, events: ProcessEvents, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
    this.#mind = beginning(record.createdAtMs, false);
    const { endedAtMs } = record;
    if (endedAtMs !== null) this.#take('ended', endedAtMs, howRecordEnded(record));
  }

  get status(): AgentStatus {
    return this.#mind.status;
  }

  started(_pid: number, how: 'launched' | 'adopted'): void {
    this.#take(how, this.#clock.nowMs());
    this.#events.changed();
    this.drew();
    this.#stopTicking = this.#clock.every(TICK_MS, () => this.#notice(true));
  }

  /** What its screen shows would tell only those who know the program. */
  drew(): void {
    this.#drewAtMs = this.#clock.monotonicMs();
  }

  ended(how: PaneExit | 'lost'): void {
    this.dispose();
    this.#take('ended', this.#clock.nowMs(), howItEnded(how));
    this.#events.changed();
    this.#notice(false);
  }

  dispose(): void {
    this.#stopTicking?.();
  }

  #notice(isRunning: boolean): void {
    this.#events.noticed(seenOfMute(isRunning, this.#drewAtMs));
  }

  #take(what: 'launched' | 'adopted' | 'ended', atMs: number, reason?: string): void {
    const words = reason === undefined ? {} : { reason };
    this.#mind = reduce(this.#mind, { from: 'process', what, atMs, ...words });
  }
}

export function howRecordEnded({ phase, exitCode, exitSignal }: SessionRecord): string {
  return howItEnded(phase === 'lost' ? 'lost' : { code: exitCode, signal: exitSignal });
}
