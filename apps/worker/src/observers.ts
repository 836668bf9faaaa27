/** What happens in sessions and on the socket, in the words of the log and the metrics. */
import { basename } from 'node:path';
import type { Approval } from '@dashboard/protocol/approvals';
import { TOKEN_TYPES } from '@dashboard/protocol/usage';
import type { Asker } from '@dashboard/protocol/worker/handshake';
import type { MethodName } from '@dashboard/protocol/worker/requests';
import type { Clock } from '@dashboard/runtime/clock';
import type { Logger } from '@dashboard/runtime/logger';
import type {
  AgentWatchesOptions,
  ApprovalsObserver,
  KeptPrompt,
  PromptsObserver,
} from './agent/index.ts';
import { Names, OnlyGrowing } from './metric-labels.ts';
import type { WorkerMetrics } from './metrics.ts';
import type { TableObserver } from './session/index.ts';
import type { AttachmentObserver, RequestObserver } from './socket/index.ts';
import { METRIC_MODELS_MAX, METRIC_PROJECTS_MAX, type UsageObserver } from './usage/index.ts';

const MS_PER_S = 1000;

export function observeSessions({
  logger,
  metrics,
}: {
  logger: Logger;
  metrics: WorkerMetrics;
}): TableObserver {
  return {
    printed: (bytes) => metrics.outputBytes.inc(bytes),
    torn(session) {
      metrics.tears.inc();
      logger.warn({ session }, 'output of a session was lost; its screen is redrawn');
    },
    resynced(session, skippedBytes) {
      metrics.resyncs.inc();
      metrics.skippedBytes.inc(skippedBytes);
      logger.debug({ session, skippedBytes }, 'a viewer is drawn from a snapshot');
    },
    failed(session, what, err) {
      metrics.failures.inc({ what });
      logger.error({ session, what, err }, 'a session goes on without');
    },
    recovered(sessions, strangers) {
      logger.info({ event: 'recovered', sessions, strangers }, `${sessions} sessions are known`);
    },
    resumed: (session) => logger.info({ event: 'resumed', session }, 'a session is resumed'),
    ending: (session, why) => logger.info({ session, why }, 'a session is ended'),
  };
}

export function observeAgents({
  logger,
  metrics,
}: {
  logger: Logger;
  metrics: WorkerMetrics;
}): AgentWatchesOptions['observer'] {
  return {
    unreadable(source, fields) {
      metrics.unreadableSignals.inc({ source });
      logger.debug({ source, fields }, 'an agent told something in a form that is not known');
    },
    disagreed: () => metrics.signalDisagreements.inc(),
    failed(session, what, err) {
      metrics.failures.inc({ what });
      logger.error({ session, what, err }, 'an agent goes on without');
    },
  };
}

/** Who let an agent do what is written down; what exactly it asked is in no log. */
export function observeApprovals({
  logger,
  metrics,
}: {
  logger: Logger;
  metrics: WorkerMetrics;
}): ApprovalsObserver {
  return {
    asked({ id, session, kind, tool }) {
      const line = { event: 'approval_asked', approval: id, session, kind, tool };
      logger.info(line, 'an agent asks a person');
    },
    answered({ id, session, tool, suggestions }, answer, { userId, name }) {
      const { verdict } = answer;
      const scope = answer.verdict === 'allow' ? reach(suggestions, answer.suggestion) : undefined;
      const who = { userId, person: name };
      const line = { event: 'approval_answered', approval: id, session, tool, verdict, scope };
      logger.info({ ...line, ...who }, `${name} answers an agent`);
    },
    retired({ id, session, askedAtMs }, outcome) {
      metrics.approvals.inc({ outcome: outcome.how });
      const line = { event: 'approval_retired', approval: id, session, askedAtMs };
      const { how, why, isConfirmed } = { why: undefined, isConfirmed: undefined, ...outcome };
      logger.info({ ...line, how, why, isConfirmed }, 'a question of an agent is over');
    },
  };
}

/** Who wanted an agent to do something is written down; what exactly is in no log. */
export function observePrompts({
  logger,
  metrics,
}: {
  logger: Logger;
  metrics: WorkerMetrics;
}): PromptsObserver {
  const line = (event: string, { id, session, state }: KeptPrompt) => {
    return { event, prompt: id, session, state };
  };
  const who = ({ userId, name }: Asker) => ({ userId, person: name });
  return {
    queued(prompt, by) {
      const bytes = Buffer.byteLength(prompt.text);
      logger.info({ ...line('prompt_queued', prompt), ...who(by), bytes }, 'a prompt is queued');
    },
    changed(prompt, what, by) {
      logger.info({ ...line('prompt_changed', prompt), ...who(by), what }, 'a prompt is changed');
    },
    withdrawn(prompt, by) {
      logger.info({ ...line('prompt_withdrawn', prompt), ...who(by) }, 'a prompt is withdrawn');
    },
    went(prompt) {
      const { state: outcome, note } = prompt;
      if (outcome !== 'sent') metrics.prompts.inc({ outcome });
      logger.info({ ...line('prompt_went', prompt), note }, 'a prompt went on');
    },
    failed(session, what, err) {
      metrics.failures.inc({ what });
      logger.error({ session, what, err }, 'prompts of a session wait');
    },
  };
}

function reach(suggestions: Approval['suggestions'], place: number | undefined) {
  return place === undefined ? 'once' : suggestions[place]?.scope;
}

export function observeUsage({
  logger,
  metrics,
}: {
  logger: Logger;
  metrics: WorkerMetrics;
}): UsageObserver {
  const [models, projects] = [new Names(METRIC_MODELS_MAX), new Names(METRIC_PROJECTS_MAX)];
  const cost = new OnlyGrowing();
  return {
    spent({ model: id, project: path, tokens, costUsd }) {
      const model = models.of(id);
      const project = projects.of(basename(path) || path);
      for (const type of TOKEN_TYPES) {
        const labels = { type: snakeCase(type), model, project };
        if (tokens[type] > 0) metrics.tokens.inc(labels, tokens[type]);
      }
      const more = cost.add(`${model} ${project}`, costUsd);
      if (more > 0) metrics.costUsd.inc({ model, project }, more);
    },
    waited: (state, waitedMs) => metrics.waitingSeconds.observe({ state }, waitedMs / MS_PER_S),
    unwritten(err) {
      metrics.failures.inc({ what: 'keep what was used' });
      logger.error({ err }, 'what agents used is not written down yet');
    },
  };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function observeAttachments({
  logger,
  metrics,
  clock,
}: {
  logger: Logger;
  metrics: WorkerMetrics;
  clock: Clock;
}): AttachmentObserver {
  return {
    typing() {
      const startedMs = clock.monotonicMs();
      return () => {
        metrics.keystrokeSeconds.observe((clock.monotonicMs() - startedMs) / MS_PER_S);
      };
    },
    attached: ({ session, requestId, viewer, by }) => {
      const line = { event: 'viewer_attached', requestId, session, viewer, userId: by.userId };
      logger.info(line, 'a viewer watches a session');
      return () => logger.info({ ...line, event: 'viewer_detached' }, 'a viewer is gone');
    },
    refused: (error) => logger.warn({ code: error.code }, `a viewer is cut off: ${error.message}`),
  };
}

/** Change nothing, and are asked all the time by pages, scrapes and checks. Whatever else is a line. */
const READS: ReadonlySet<MethodName> = new Set([
  ...(['sessions.list', 'sessions.get', 'approvals.list', 'conversations.list'] as const),
  ...(['prompts.list', 'usage', 'profiles.list', 'directories.list'] as const),
  ...(['doctor', 'health', 'metrics'] as const),
]);

/** What the gateway asks, under the name that its own log has for it. */
export function observeRequests({
  logger,
  metrics,
}: {
  logger: Logger;
  metrics: WorkerMetrics;
}): RequestObserver {
  return {
    answered({ method, requestId }, { outcome, tookMs }) {
      metrics.requestSeconds.observe({ method, outcome }, tookMs / MS_PER_S);
      const level = READS.has(method) ? 'debug' : 'info';
      logger[level]({ requestId, method, outcome, tookMs: Math.round(tookMs) }, 'request');
    },
  };
}
