/** What is known of the agents in sessions, one watch a session: the port AgentWatcher of session/. */
import type { AgentStatus, Evidence } from '@dashboard/protocol/agents';
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { AgentEvents, AgentWatch, AgentWatcher } from '../session/ports.ts';
import type { Profile } from './profiles.ts';

export interface AgentWatchesOptions {
  readonly profiles: readonly Profile[];
  readonly clock: Clock;
}

/** Of a shell, and of a program whose profile is gone. */
const NOTHING: AgentWatch = {
  status: null,
  started: () => undefined,
  drew: () => undefined,
  ended: () => undefined,
  dispose: () => undefined,
};

export class AgentWatches implements AgentWatcher {
  readonly #options: AgentWatchesOptions;

  constructor(options: AgentWatchesOptions) {
    this.#options = options;
  }

  watch(record: SessionRecord, events: AgentEvents): AgentWatch {
    const profile = this.#options.profiles.find(({ id }) => id === record.profile);
    if (profile?.agent === null || profile === undefined) return NOTHING;
    return new ProcessWatch(record, events, this.#options.clock);
  }
}

/** Knows whether the program runs, and nothing else. */
class ProcessWatch implements AgentWatch {
  readonly #events: AgentEvents;
  readonly #clock: Clock;
  #status: AgentStatus;

  constructor(record: SessionRecord, events: AgentEvents, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
    this.#status = statusOf(
      record.endedAtMs === null
        ? { state: 'starting', reason: 'the program is being started' }
        : { state: 'exited', reason: 'the program has ended' },
      evidence('seen in the records', record.endedAtMs ?? record.createdAtMs),
    );
  }

  get status(): AgentStatus {
    return this.#status;
  }

  started(_pid: number, how: 'launched' | 'adopted'): void {
    this.#is({ state: 'unknown', reason: 'it runs, and has told nothing' }, how);
  }

  drew(): void {
    // Its screen tells only those who know the program.
  }

  ended(): void {
    this.#is({ state: 'exited', reason: 'the program has ended' }, 'ended');
  }

  dispose(): void {
    // Nothing was begun.
  }

  #is(what: Pick<AgentStatus, 'state' | 'reason'>, seen: string): void {
    this.#status = statusOf(what, evidence(seen, this.#clock.nowMs()));
    this.#events.changed();
  }
}

function evidence(what: string, atMs: number): Evidence {
  return { signal: 'process', what, atMs };
}

function statusOf(
  { state, reason }: Pick<AgentStatus, 'state' | 'reason'>,
  evidence: Evidence,
): AgentStatus {
  return {
    state,
    reason,
    evidence,
    sinceMs: evidence.atMs,
    confidence: 'certain',
    dialog: null,
    doing: null,
    lastWords: null,
    title: null,
    subagents: 0,
    model: null,
    permissionMode: null,
    contextPercent: null,
    costUsd: null,
    limitEndsAtMs: null,
    hooks: 'none',
  };
}
