/** Puts the worker together. Read it first: it names every part and the order in which they start. */
import { randomBytes, randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseApprovalId, type SessionId } from '@dashboard/protocol/ids';
import type { WorkerHealth } from '@dashboard/protocol/worker/requests';
import type { Clock } from '@dashboard/runtime/clock';
import type { Environment } from '@dashboard/runtime/config';
import { EventLoopDelay } from '@dashboard/runtime/event-loop-delay';
import { Lifecycle, type Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import type { Registry } from 'prom-client';
import {
  accountsOf,
  AgentWatches,
  Approvals,
  Detector,
  examine,
  PastConversations,
  ProfileLauncher,
  type Prompts,
  sessionEnvironment,
  SessionFiles,
  UsageReader,
  vouch,
} from './agent/index.ts';
import { makeBelongings, type Owners } from './belongings.ts';
import type { WorkerConfig } from './config.ts';
import { Engines } from './engines.ts';
import { FreedMemory } from './freed-memory.ts';
import { LaunchInWorktree } from './launch-in-worktree.ts';
import { measureWorker, type MeasuredParts } from './measuring.ts';
import type { WorkerMetrics } from './metrics.ts';
import {
  observeAgents,
  observeApprovals,
  observeAttachments,
  observePrompts,
  observeRequests,
  observeSessions,
  observeUsage,
} from './observers.ts';
import { Git, listDirectory, type ProjectRoots, type Uploads, Worktrees } from './project/index.ts';
import { PtyEngine } from './pty/index.ts';
import { ScreenThreads } from './screen/index.ts';
import { LostSessions, SessionTable } from './session/index.ts';
import {
  claimSocket,
  HookSocket,
  makeAnswers,
  SocketServer,
  type Answers,
} from './socket/index.ts';
import { SessionStore, UsageStore } from './store/index.ts';
import { TmuxEngine } from './tmux/index.ts';
import { UsageBook } from './usage/index.ts';

const TMUX_CONFIG = join(import.meta.dirname, '../../../docker/tmux.conf');
const ID_BYTES = 16;
const MS_PER_S = 1000;

export interface WorkerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this process: what sessions may inherit is chosen from it. */
  readonly environment: Environment;
  readonly roots: ProjectRoots;
}

interface Agents {
  readonly files: SessionFiles;
  readonly agents: AgentWatches;
  readonly approvals: Approvals;
  readonly conversations: PastConversations;
  readonly detector: Detector;
  readonly usage: UsageBook;
  readonly usageReader: UsageReader;
}

export function createWorker(config: WorkerConfig, deps: WorkerDeps): Lifecycle {
  const { clock, logger } = deps;
  const delay = new EventLoopDelay();
  const store = new SessionStore({
    path: config.databasePath,
    onUnreadable: (id, why) => logger.error({ id, why }, 'a record cannot be read and is left out'),
  });
  const screens = makeScreens(deps);
  const engines = makeEngines(config, deps);
  const parts = (): MeasuredParts => ({ sessions, engines, ...known });
  const { registry, metrics } = measureWorker(config, { clock, delay }, parts);
  const observer = observePrompts({ logger, metrics });
  const directory = dataOf(config);
  const owners = (): Owners => ({ sessions, agents });
  const theirs = makeBelongings({ store, clock, logger, observer, directory }, owners);
  const { prompts, uploads } = theirs;
  const { launcher, ...known } = makeAgents(config, deps, { metrics, store, ...theirs });
  const { files, agents, approvals, usage, usageReader } = known;
  const hooks = new HookSocket({ path: config.hookSocketPath, receiver: agents, logger });
  const sessions: SessionTable = new SessionTable({
    clock,
    random: () => randomBytes(ID_BYTES),
    engines: () => engines.offered,
    screens,
    records: store,
    agents,
    launcher: new LaunchInWorktree(launcher, worktreesOf(deps)),
    observer: observeSessions({ logger, metrics }),
    sessionsMax: config.sessionsMax,
    idleTimeoutMs: config.idleTimeoutMs,
  });
  const socket = new SocketServer({
    path: config.socketPath,
    key: config.key,
    release: config.release,
    clock,
    logger,
    sessions,
    approvals,
    ...{ prompts, uploads },
    answers: answersOf({ ...known, sessions, prompts, engines, registry }, config, deps),
    observer: observeAttachments({ logger, metrics, clock }),
    requests: observeRequests({ logger, metrics }),
  });

  // Top to bottom on start, bottom to top on stop: nobody is served before there is what to serve.
  return new Lifecycle(
    [
      claimSocket(config.socketPath),
      ...[delay, store, screens, engines, files, usage, usageReader],
      ...[prompts, agents, sessions],
      theirs.part,
      ...[hooks, socket],
      announcement(config, logger),
      ...lostSessions(config, deps, sessions), // their agents' first hooks are to find us
    ],
    { clock, onStopped: (name, tookMs) => logger.debug({ name, tookMs }, 'stopped a part') },
  );
}

function makeScreens({ clock, logger }: WorkerDeps): ScreenThreads {
  const onThreadDied = (err: unknown): void =>
    logger.error({ err }, 'a screen thread died; its screens are made anew');
  const freed = new FreedMemory({ logger });
  const onThreadRenewed = (): void => void freed.giveBack();
  return new ScreenThreads({ clock, onThreadDied, onThreadRenewed });
}

function makeEngines(config: WorkerConfig, { clock, logger, environment }: WorkerDeps): Engines {
  const tmux = new TmuxEngine({
    runtimeDirectory: config.runtimeDirectory,
    configPath: TMUX_CONFIG,
    binary: 'tmux',
    path: environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    home: environment['HOME'] ?? homedir(),
    clock,
    logger,
  });
  const candidates = [tmux, new PtyEngine({ clock })];
  return new Engines({ candidates, wanted: config.engine, logger });
}

/** What is known of agents, and what starts them. */
function makeAgents(
  { runtimeDirectory, hookSocketPath: socketPath, key, profiles }: WorkerConfig,
  { clock, logger, environment, roots }: WorkerDeps,
  {
    metrics,
    store,
    prompts,
    uploads,
  }: {
    metrics: WorkerMetrics;
    store: SessionStore;
    prompts: Prompts;
    uploads: Uploads;
  },
): Agents & { readonly launcher: ProfileLauncher } {
  const enter = enterOf(roots);
  const uploadsOf = (session: SessionId): string => uploads.directoryOf(session);
  const files = new SessionFiles({ runtimeDirectory, socketPath, key, environment, uploadsOf });
  const detector = new Detector({ profiles, environment, clock });
  const accounts = accountsOf(profiles, environment);
  const conversations = new PastConversations({ accounts, enter });
  const launcher = new ProfileLauncher({ detector, enter, environment, files, conversations });
  const approvals = new Approvals({
    clock,
    makeId: () => parseApprovalId(randomUUID()),
    observer: observeApprovals({ logger, metrics }),
  });
  const observer = observeAgents({ logger, metrics });
  const { failed } = observer;
  const records = new UsageStore(store);
  const usage = new UsageBook({ records, clock, observer: observeUsage({ logger, metrics }) });
  const usageReader = new UsageReader({ book: usage, clock, failed });
  const known = { profiles, files, clock, environment, prompts };
  const agents = new AgentWatches({ ...known, decider: approvals, usage: usageReader, observer });
  return { files, approvals, conversations, detector, launcher, agents, usage, usageReader };
}

function lostSessions(
  { resumesLostSessions }: WorkerConfig,
  { clock, logger }: WorkerDeps,
  sessions: SessionTable,
): Part[] {
  if (!resumesLostSessions) return [];
  const failed = (session: string, err: unknown): void =>
    logger.error({ session, err }, 'a lost session is not resumed');
  const gaveUp = (session: string): void =>
    logger.warn(
      { event: 'left_lost', session },
      'a session is lost again and again, and is not resumed any more',
    );
  return [new LostSessions({ sessions, clock, failed, gaveUp })];
}

function answersOf(
  parts: Agents & {
    readonly sessions: SessionTable;
    readonly prompts: Prompts;
    readonly engines: Engines;
    readonly registry: Registry;
  },
  config: WorkerConfig,
  { roots, environment, clock, logger }: WorkerDeps,
): Answers {
  const {
    sessions,
    approvals,
    conversations,
    prompts,
    usage,
    detector,
    agents,
    engines,
    registry,
  } = parts;
  const enter = enterOf(roots);
  const dataDirectory = dataOf(config);
  const looked = { detector, agents, environment, dataDirectory, enter };
  return makeAnswers({
    sessions,
    approvals,
    ...{ conversations, prompts, usage },
    pastesFirst: (wish) => agents.pastesFirst(wish),
    profiles: async () => await detector.summaries(),
    listDirectory: async (path) => await listDirectory(roots, path),
    repository: async (path) => await worktreesOf({ roots, environment }).look(path),
    doctor: async (directory) => await examine(looked, directory),
    trust: async (session, by) => {
      const { id: sessionId, directory } = session.record;
      await enter(directory); // roots may be others than when it was started
      const press = (keys: Uint8Array): void => session.pane.write(keys);
      await vouch({ clock, look: () => session.summary(), press });
      logger.info({ event: 'trusted', session: sessionId, userId: by.userId }, 'a person vouches');
    },
    health: () => healthOf(config, sessions, engines),
    metrics: async () => await registry.metrics(),
  });
}

function dataOf({ databasePath }: WorkerConfig): string {
  return dirname(databasePath);
}

function enterOf(roots: ProjectRoots): (path: string) => Promise<string> {
  return async (path) => await roots.enter(path);
}

function worktreesOf({ roots, environment }: Pick<WorkerDeps, 'roots' | 'environment'>): Worktrees {
  return new Worktrees(roots, new Git(sessionEnvironment(environment)));
}

function healthOf(
  { release }: WorkerConfig,
  sessions: SessionTable,
  engines: Engines,
): WorkerHealth {
  return {
    release,
    pid: process.pid,
    uptimeMs: Math.round(process.uptime() * MS_PER_S),
    sessions: sessions.size,
    engines: engines.offered.map(({ name }) => name),
    node: process.version,
    rssBytes: process.memoryUsage.rss(),
  };
}

/** The last to start: whoever waits for the worker may go on. */
function announcement({ socketPath, engine }: WorkerConfig, logger: Logger): Part {
  return {
    name: 'announcement',
    start: async () => logger.info({ event: 'listening', socketPath, engine }, 'listening'),
    stop: async () => undefined,
  };
}
