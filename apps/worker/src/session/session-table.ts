/** All sessions of this worker, and the only way to make one. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionEvent } from '@dashboard/protocol/events';
import { makeSessionId, type SessionId, type UserId } from '@dashboard/protocol/ids';
import type { CreateSession, EngineName, SessionRecord } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import { overdue } from './idle-policy.ts';
import { ENDED_SESSIONS_MAX, IDEMPOTENCY_KEYS_MAX, SWEEP_EVERY_MS } from './limits.ts';
import { ConversationsInUse } from './conversations-in-use.ts';
import { newRecord, startedAgain } from './new-record.ts';
import type { AgentWatcher, PaneEngine, ScreenFactory, SessionRecords } from './ports.ts';
import { recover } from './recover.ts';
import type { SessionDeps, SessionObserver } from './session-deps.ts';
import { Session } from './session.ts';
import type { Launcher, Prepared, TableObserver } from './table-ports.ts';
import { UnreachedSessions } from './unreached-sessions.ts';

export interface SessionTableOptions {
  readonly clock: Clock;
  /** 16 bytes from a secure source. */
  readonly random: () => Uint8Array;
  /** Asked once the engines have started. The first is used where nobody chooses. */
  readonly engines: () => readonly [PaneEngine, ...PaneEngine[]];
  readonly screens: ScreenFactory;
  readonly records: SessionRecords;
  readonly agents: AgentWatcher;
  readonly launcher: Launcher;
  readonly observer: TableObserver;
  readonly sessionsMax: number;
  readonly idleTimeoutMs: number;
}

export interface Creation {
  readonly wish: CreateSession;
  readonly by: UserId;
  /** The same key again returns what the first request made. */
  readonly idempotencyKey: string | undefined;
}

export class SessionTable implements Part {
  readonly name = 'sessions';
  readonly #options: SessionTableOptions;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #created = new Map<string, Promise<Session>>();
  readonly #resuming = new Map<SessionId, Promise<Session>>();
  readonly #conversations = new ConversationsInUse(() => this.#sessions.values());
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #observer: SessionObserver;
  #starting = 0;
  #lost: readonly SessionId[] = [];
  #unreached: UnreachedSessions | undefined;
  #stopSweeping: (() => void) | undefined;

  constructor(options: SessionTableOptions) {
    this.#options = options;
    const { observer } = options;
    this.#observer = {
      changed: (session) => {
        // A session that is still being launched is nobody's yet.
        if (this.#sessions.get(session.id) === session) this.#tell(session);
      },
      printed: (bytes) => observer.printed(bytes),
      torn: (session) => observer.torn(session.id),
      resynced: (session, skippedBytes) => observer.resynced(session.id, skippedBytes),
      failed: (session, what, error) => observer.failed(session.id, what, error),
    };
  }

  async start(): Promise<void> {
    const { records, clock, observer } = this.#options;
    const engines = this.#options.engines();
    const depsFor = (engine?: PaneEngine): SessionDeps => this.#deps(engine ?? engines[0]);
    const onFailure = (id: SessionId, error: unknown): void => observer.failed(id, 'adopt', error);
    const found = await recover({ records, engines, depsFor, clock, onFailure });
    const { sessions, strangers, lost, unreached } = found;
    for (const session of sessions) this.#sessions.set(session.id, session);
    this.#lost = lost;
    const put = (session: Session): Promise<void> => this.#replace(session);
    this.#unreached = new UnreachedSessions(unreached, { depsFor, known: this.#sessions, put });
    observer.recovered(sessions.length, strangers);
    this.#stopSweeping = clock.every(SWEEP_EVERY_MS, () => this.#sweep());
  }

  /** Lets go of every session; those that an engine keeps go on without us. */
  async stop(): Promise<void> {
    this.#stopSweeping?.();
    await this.#unreached?.stop();
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.all(sessions.map((session) => session.dispose('worker_gone')));
  }

  /** Those that ran when the worker before this one went, and whose panes were gone when this one came. */
  get lostBeforeStart(): readonly SessionId[] {
    return this.#lost;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Newest first. */
  all(): Session[] {
    return [...this.#sessions.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** The session that is in this conversation now. */
  openIn(conversation: string): SessionId | null {
    return this.#conversations.openIn(conversation)?.id ?? null;
  }

  find(id: SessionId): Session | undefined {
    return this.#sessions.get(id);
  }

  /** @throws DashboardError session_not_found */
  get(id: SessionId): Session {
    const session = this.find(id);
    if (session !== undefined) return session;
    throw new DashboardError('session_not_found', `no session ${id}`);
  }

  /** @throws DashboardError too_many_sessions, launch_failed, and whatever the launcher refuses */
  async create({ wish, by, idempotencyKey }: Creation): Promise<Session> {
    if (idempotencyKey === undefined) return await this.#launch(wish, by);
    const key = `${by} ${idempotencyKey}`;
    const earlier = this.#created.get(key);
    if (earlier !== undefined) return this.#newest(await earlier);
    const launching = this.#launch(wish, by);
    this.#created.set(key, launching);
    const [oldest] = this.#created.keys();
    if (this.#created.size > IDEMPOTENCY_KEYS_MAX && oldest !== undefined) {
      this.#created.delete(oldest);
    }
    // What failed made nothing, and may be tried again under the same key.
    launching.catch(() => this.#created.delete(key));
    return await launching;
  }

  /**
   * Starts the program of an ended session again, in the conversation it had. Who asks meanwhile gets
   * the same one. @throws DashboardError conflict while it runs, not_resumable, and as create()
   */
  async resume(id: SessionId): Promise<Session> {
    const underWay = this.#resuming.get(id);
    if (underWay !== undefined) return await underWay;
    const ended = this.get(id);
    if (ended.isRunning) throw new DashboardError('conflict', 'this session runs');
    const resuming = this.#resume(ended).finally(() => this.#resuming.delete(id));
    this.#resuming.set(id, resuming);
    return await resuming;
  }

  /** Forgets a session that has ended. @throws DashboardError conflict while it runs */
  async remove(id: SessionId): Promise<void> {
    const session = this.get(id);
    if (this.#resuming.has(id)) throw new DashboardError('conflict', 'this session is resumed');
    if (session.isRunning) throw new DashboardError('conflict', 'this session still runs; end it');
    // Its end is still to be written down, and would bring the record back.
    if (!session.isOver) throw new DashboardError('conflict', 'this session is just ending');
    this.#options.records.remove(id);
    this.#sessions.delete(id);
    await session.dispose('removed');
    for (const listener of this.#listeners) listener({ type: 'session_removed', id });
  }

  /** @returns a function that stops the telling */
  onEvent(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #launch(wish: CreateSession, by: UserId): Promise<Session> {
    const { clock, random, launcher, records } = this.#options;
    const engine = this.#engine(wish.engine);
    const id = makeSessionId(clock.nowMs(), random());
    return await this.#launching(wish.conversation, async () => {
      const prepared = await launcher.prepare(id, wish);
      const record = newRecord({ id, wish, by, engine: engine.name, nowMs: clock.nowMs() });
      const session = await this.#start(record, prepared, () => records.remove(id));
      this.#sessions.set(id, session);
      this.#tell(session);
      return session;
    });
  }

  async #resume(ended: Session): Promise<Session> {
    const { launcher, records, agents, observer } = this.#options;
    const { id, record } = ended;
    if (!agents.canResume(record)) {
      throw new DashboardError('not_resumable', 'no conversation is left to go on with');
    }
    return await this.#launching(record.conversation, async () => {
      await ended.settled;
      const prepared = await launcher.resume(ended.record);
      const again = startedAgain(ended.record);
      const session = await this.#start(again, prepared, () => records.put(ended.record));
      if (ended.record.name !== session.record.name) session.rename(ended.record.name);
      observer.resumed(id);
      await this.#replace(session);
      return session;
    });
  }

  /** Whoever watches the one before comes back, to the one that runs. */
  async #replace(session: Session): Promise<void> {
    const before = this.#sessions.get(session.id);
    this.#sessions.set(session.id, session);
    this.#tell(session);
    await before?.dispose('resumed');
  }

  /** @throws DashboardError too_many_sessions, conversation_open */
  async #launching(
    conversation: string | null | undefined,
    launch: () => Promise<Session>,
  ): Promise<Session> {
    const { sessionsMax } = this.#options;
    const running = [...this.#sessions.values()].filter((session) => session.isRunning).length;
    if (running + this.#starting >= sessionsMax) {
      throw new DashboardError('too_many_sessions', `${sessionsMax} sessions run already`);
    }
    this.#starting++;
    try {
      return await this.#conversations.alone(conversation, launch);
    } finally {
      this.#starting--;
    }
  }

  /** @param undo of the record, when the program does not start */
  async #start(record: SessionRecord, prepared: Prepared, undo: () => void): Promise<Session> {
    const { conversation, takeBack, ...spec } = prepared;
    const { id, size } = record;
    const launched = { ...record, directory: spec.directory, conversation };
    const session = new Session(launched, this.#deps(this.#engine(record.engine)));
    this.#options.records.put(session.record); // before the pane exists: none is ever without a record
    try {
      await session.launch({ ...spec, id, size });
    } catch (error) {
      undo();
      await takeBack?.();
      throw error;
    }
    return session;
  }

  /** A session that was resumed is another object. */
  #newest(session: Session): Session {
    return this.#sessions.get(session.id) ?? session;
  }

  #engine(name: EngineName | undefined): PaneEngine {
    const engines = this.#options.engines();
    if (name === undefined) return engines[0];
    const engine = engines.find((candidate) => candidate.name === name);
    if (engine !== undefined) return engine;
    throw new DashboardError('launch_failed', `this worker has no engine ${name}`);
  }

  #deps(engine: PaneEngine): SessionDeps {
    const { clock, screens, records, agents } = this.#options;
    return { clock, engine, screens, records, agents, observer: this.#observer };
  }

  #tell(session: Session): void {
    const event: SessionEvent = { type: 'session', session: session.summary() };
    for (const listener of this.#listeners) listener(event);
  }

  /** Those that ended first go first. */
  #endedBeyondLimit(): Session[] {
    const ended = [...this.#sessions.values()].filter(
      (session) => session.isOver && !this.#resuming.has(session.id),
    );
    const endedAtMs = ({ record }: Session): number => record.endedAtMs ?? 0;
    return ended.sort((a, b) => endedAtMs(b) - endedAtMs(a)).slice(ENDED_SESSIONS_MAX);
  }

  #sweep(): void {
    const { idleTimeoutMs, observer } = this.#options;
    this.#unreached?.tryAgain();
    for (const session of this.#sessions.values()) session.sweep();
    for (const { id } of this.#endedBeyondLimit()) {
      this.remove(id).catch((error: unknown) => observer.failed(id, 'forget', error));
    }
    for (const session of overdue(this.#sessions.values(), { timeoutMs: idleTimeoutMs })) {
      observer.ending(session.id, 'idle');
      session.end();
    }
  }
}
