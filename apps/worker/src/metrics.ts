/**
 * Every metric the worker exports. Names are dashboard_worker_<noun>_<unit>, base units only,
 * `_total` on what only grows. A label is a closed set of words: never an id, a path or a name. What
 * agents use is told of by model and by the last part of a project's path, both bounded.
 */
import { AGENT_STATE_NAMES, type AgentState } from '@dashboard/protocol/agents';
import type { Phase } from '@dashboard/protocol/sessions';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Asked when somebody collects: what is counted elsewhere is not counted here again. */
export interface MetricSources {
  /** One for each session. */
  readonly phases: () => Iterable<Phase>;
  readonly attachments: () => number;
  /** One for each agent whose state is known. */
  readonly agents: () => Iterable<AgentMeasured>;
  /** Questions of agents that nobody has settled. */
  readonly openApprovals: () => number;
  /** Names of the engines that new sessions can have. */
  readonly engines: () => readonly string[];
  /** Whether Claude Code is installed and runs. */
  readonly hasClaude: () => Promise<boolean>;
}

export interface AgentMeasured {
  readonly state: AgentState;
  /** How long it has waited for a person; 0 while it does not. */
  readonly waitingSeconds: number;
}

/** From "imperceptible" to "somebody files an issue". */
const KEYSTROKE_BUCKETS_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1];
/** From a question of memory to one that waits for tmux. */
const REQUEST_BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const ENGINES = ['tmux', 'pty'] as const;
/** From a person who sits there to one who comes back in the morning. */
const WAITING_BUCKETS_SECONDS = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 43_200];
const PHASES: readonly Phase[] = ['starting', 'running', 'exited', 'lost'];

export function createWorkerMetrics(registry: Registry, sources: MetricSources): WorkerMetrics {
  registerGauges(registry, sources);
  const metrics = makeMetrics([registry]);
  startAtZero(metrics);
  return metrics;
}

/** A series that is not there before its first event shows nobody that event. */
function startAtZero({ approvals, unreadableSignals }: WorkerMetrics): void {
  for (const outcome of ['answered', 'in_terminal', 'withdrawn']) approvals.inc({ outcome }, 0);
  for (const source of ['hook', 'registry', 'status_line']) unreadableSignals.inc({ source }, 0);
}

function makeMetrics(registers: Registry[]) {
  return {
    outputBytes: new Counter({
      name: 'dashboard_worker_output_bytes_total',
      help: 'Bytes printed by panes, before they are copied to viewers.',
      registers,
    }),
    tears: new Counter({
      name: 'dashboard_worker_tears_total',
      help: 'Times that output of a session was lost on its way from tmux; the screen was redrawn.',
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'dashboard_worker_request_seconds',
      help: 'Requests of the gateway, from their frame to the answer.',
      labelNames: ['method', 'outcome'] as const, // rows of METHODS; ok | refused | failed
      buckets: REQUEST_BUCKETS_SECONDS,
      registers,
    }),
    resyncs: new Counter({
      name: 'dashboard_worker_resyncs_total',
      help: 'Times that a viewer fell behind the output log and was redrawn from a snapshot.',
      registers,
    }),
    skippedBytes: new Counter({
      name: 'dashboard_worker_skipped_bytes_total',
      help: 'Output that such a viewer was not sent, because the snapshot stands for it.',
      registers,
    }),
    keystrokeSeconds: new Histogram({
      name: 'dashboard_worker_keystroke_seconds',
      help: 'From an input frame read on the Unix socket to the write to the pane.',
      buckets: KEYSTROKE_BUCKETS_SECONDS,
      registers,
    }),
    failures: new Counter({
      name: 'dashboard_worker_failures_total',
      help: 'What a session could not do and went on without, by what it was.',
      labelNames: ['what'] as const, // the words that a session's observer is told
      registers,
    }),
    ...createAgentMetrics(registers),
    ...createUsageMetrics(registers),
  };
}

function createAgentMetrics(registers: Registry[]) {
  return {
    unreadableSignals: new Counter({
      name: 'dashboard_worker_unreadable_signals_total',
      help: 'What an agent told in a form that this release does not know, by where it told it.',
      labelNames: ['source'] as const, // hook | registry | status_line
      registers,
    }),
    approvals: new Counter({
      name: 'dashboard_worker_approvals_total',
      help: 'Questions of agents that are over, by how: answered from here, in the terminal, or not.',
      labelNames: ['outcome'] as const, // answered | in_terminal | withdrawn
      registers,
    }),
    prompts: new Counter({
      name: 'dashboard_worker_prompts_total',
      help: 'Prompts from the queue that were given to agents, by what came of it.',
      labelNames: ['outcome'] as const, // accepted | unconfirmed | failed
      registers,
    }),
    signalDisagreements: new Counter({
      name: 'dashboard_worker_signal_disagreements_total',
      help: 'Times that the registry of agents was believed against what a hook had said.',
      registers,
    }),
  };
}

function createUsageMetrics(registers: Registry[]) {
  return {
    costUsd: new Counter({
      name: 'dashboard_worker_cost_usd_total',
      help: 'Dollars that agents spent, as they themselves estimate it. `other` is beyond a bound.',
      labelNames: ['model', 'project'] as const,
      registers,
    }),
    tokens: new Counter({
      name: 'dashboard_worker_tokens_total',
      help: 'Tokens that agents used, by type, model and project. `other` is beyond a bound.',
      labelNames: ['type', 'model', 'project'] as const, // type: input | output | cache_read | cache_write
      registers,
    }),
    waitingSeconds: new Histogram({
      name: 'dashboard_worker_waiting_for_human_seconds',
      help: 'From a question of an agent, by its state, to whenever it did not wait any more.',
      labelNames: ['state'] as const, // setup_blocked | needs_permission | needs_answer | needs_plan | needs_input
      buckets: WAITING_BUCKETS_SECONDS,
      registers,
    }),
  };
}

export type WorkerMetrics = ReturnType<typeof makeMetrics>;

/** Gauges read their sources when they are collected, and nobody sets them. */
function registerGauges(registry: Registry, sources: MetricSources): void {
  const registers = [registry];
  new Gauge({
    name: 'dashboard_worker_sessions',
    help: 'Sessions by phase.',
    labelNames: ['phase'] as const, // starting | running | exited | lost
    registers,
    collect() {
      const phases = [...sources.phases()];
      for (const phase of PHASES) this.set({ phase }, count(phases, phase));
    },
  });
  new Gauge({
    name: 'dashboard_worker_attachments',
    help: 'Viewers attached to sessions, each once for each session.',
    registers,
    collect() {
      this.set(sources.attachments());
    },
  });
  new Gauge({
    name: 'dashboard_worker_engine_offered',
    help: '1 for an engine that new sessions can have.',
    labelNames: ['engine'] as const, // tmux | pty
    registers,
    collect() {
      const offered = sources.engines();
      for (const engine of ENGINES) this.set({ engine }, offered.includes(engine) ? 1 : 0);
    },
  });
  registerAgents(registry, sources);
}

function registerAgents(registry: Registry, sources: MetricSources): void {
  const registers = [registry];
  new Gauge({
    name: 'dashboard_worker_agents',
    help: 'Agents by what they do or wait for.',
    labelNames: ['state'] as const, // the rows of AGENT_STATES
    registers,
    collect() {
      const states = [...sources.agents()].map(({ state }) => state);
      for (const state of AGENT_STATE_NAMES) this.set({ state }, count(states, state));
    },
  });
  new Gauge({
    name: 'dashboard_worker_agent_waiting_seconds',
    help: 'How long the agent has waited for a person that has waited longest; 0 when none waits.',
    registers,
    collect() {
      this.set(Math.max(0, ...[...sources.agents()].map(({ waitingSeconds: s }) => s)));
    },
  });
  new Gauge({
    name: 'dashboard_worker_approvals_open',
    help: 'Questions of agents that nobody has settled.',
    registers,
    collect() {
      this.set(sources.openApprovals());
    },
  });
  new Gauge({
    name: 'dashboard_worker_claude_available',
    help: '1 while Claude Code is installed and tells its version.',
    registers,
    async collect() {
      this.set((await sources.hasClaude()) ? 1 : 0);
    },
  });
}

function count<T>(all: readonly T[], wanted: T): number {
  return all.filter((each) => each === wanted).length;
}
