/**
 * One terminal that lives on without viewers: its pane, the log of what it printed, its screen and
 * how it ended. Output flows pane → log → attachments; the screen reads along, off that path.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import { invariant } from '@dashboard/protocol/invariant';
import type { SessionRecord, SessionSummary } from '@dashboard/protocol/sessions';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { Clock } from '@dashboard/runtime/clock';
import { Activity } from './activity.ts';
import type { AttachmentHost } from './attachment.ts';
import { endingFrame, endOf, isEnded } from './ended.ts';
import { holdEvents } from './held-events.ts';
import { InputLedger } from './input-ledger.ts';
import { END_GRACE_MS, HIBERNATE_AFTER_MS } from './limits.ts';
import { KeptRecord } from './kept-record.ts';
import { OutputFlow } from './output-flow.ts';
import { OutputLog, TEAR } from './output-log.ts';
import type {
  AgentWatch,
  Pane,
  PaneEvents,
  PaneExit,
  PaneSpec,
  ScreenSeed,
  Snapshot,
} from './ports.ts';
import { QueryReplies } from './query-replies.ts';
import { Resizer } from './resizer.ts';
import { ScreenView } from './screen-view.ts';
import type { SessionDeps } from './session-deps.ts';
import { Viewers } from './viewers.ts';

export class Session implements AttachmentHost {
  readonly id: SessionId;
  readonly clock: Clock;
  /** Offsets of another epoch mean nothing here. */
  readonly epoch: number;
  readonly log = new OutputLog();
  readonly viewers = new Viewers();
  readonly inputs = new InputLedger();
  readonly #deps: SessionDeps;
  readonly #screen: ScreenView;
  readonly #flow: OutputFlow;
  readonly #resizer: Resizer;
  readonly #kept: KeptRecord;
  #pane: Pane | undefined;
  readonly #replies: QueryReplies;
  readonly #agent: AgentWatch;
  readonly activity: Activity;
  #ending: WorkerFrame | undefined;
  #finishing: Promise<void> | undefined;

  constructor(record: SessionRecord, deps: SessionDeps) {
    this.id = record.id;
    this.#deps = deps;
    this.#kept = new KeptRecord(record, deps, {
      changed: () => deps.observer.changed(this),
      screenKept: () => this.#screen.ended(),
      failed: (what, error) => this.#failed(what, error),
    });
    this.#ending = isEnded(record) ? endingFrame(record) : undefined;
    this.clock = deps.clock;
    this.epoch = deps.clock.nowMs();
    this.activity = new Activity(deps.clock, record.endedAtMs ?? this.epoch);
    this.#replies = new QueryReplies((error) => this.#failed('answer a query', error));
    this.#agent = deps.agents.watch(record, {
      changed: () => this.#deps.observer.changed(this),
      conversation: (conversation) => this.#kept.change({ conversation }),
    });
    this.#screen = this.#makeScreen();
    this.#flow = new OutputFlow({
      clock: deps.clock,
      log: this.log,
      viewers: this.viewers,
      screen: this.#screen,
      pane: () => (this.isRunning ? this.#pane : undefined),
    });
    this.#resizer = new Resizer(this.clock, record.size, (size) => this.#applySize(size));
  }

  get record(): SessionRecord {
    return this.#kept.record;
  }

  get title(): string {
    return this.#screen.title;
  }

  get isRunning(): boolean {
    return this.#pane !== undefined && this.#ending === undefined;
  }

  /** Ended, with everything about the end on disk. */
  get isOver(): boolean {
    return this.record.endedAtMs !== null;
  }

  /** Kept once nothing of the ended program is left: another may then take its place. */
  get settled(): Promise<void> | undefined {
    return this.#finishing;
  }

  /** What tells a viewer that it is over; undefined while it is not. */
  get ending(): WorkerFrame | undefined {
    return this.#ending;
  }

  /** The running program's, for whoever writes to it. @throws DashboardError session_ended */
  get pane(): Pane {
    if (this.#pane !== undefined && this.#ending === undefined) return this.#pane;
    throw new DashboardError('session_ended', 'this session has ended');
  }

  summary(): SessionSummary {
    const { branch, ...record } = this.record;
    return {
      ...record,
      ...(branch !== null && { branch }),
      title: this.#screen.title,
      pid: this.isRunning ? this.pane.pid : null,
      viewers: this.viewers.count,
      activeAtMs: this.activity.atMs,
      preview: [...this.#screen.preview],
      mayResume: this.isOver && this.#deps.agents.canResume(this.record),
      agent: this.#agent.status,
    };
  }

  /** @throws DashboardError launch_failed; the session is then of no use */
  async launch(spec: PaneSpec): Promise<void> {
    invariant(this.record.phase === 'starting', 'a program would run twice in one session');
    this.#screen.open(spec.size, undefined);
    try {
      this.#pane = await this.#deps.engine.launch(spec, this.#paneEvents());
    } catch (error) {
      this.#screen.dispose();
      this.#agent.ended('lost');
      throw error;
    }
    this.#running(this.#pane, 'launched');
    // A program may have ended before the launch returned; then its end has been recorded already.
    if (this.#ending === undefined) this.#kept.change({ phase: 'running' });
    else await this.#pane.dispose();
  }

  /** Takes over the pane that an earlier worker left. @throws DashboardError session_not_found */
  async adopt(): Promise<void> {
    const held = holdEvents(this.#paneEvents());
    const { pane, seed, exit } = await this.#deps.engine.adopt(this.id, held.events);
    this.#screen.open(seed.size, seed);
    this.#running((this.#pane = pane), 'adopted');
    held.release();
    if (exit !== undefined) await this.#finish(exit, undefined);
    else this.#kept.change({ phase: 'running', size: seed.size });
  }

  #running(pane: Pane, how: 'launched' | 'adopted'): void {
    if (this.#ending !== undefined) return;
    this.#replies.to(pane);
    this.#agent.started(pane.pid, how);
  }

  /** @throws DashboardError storage_failed */
  rename(name: string): void {
    this.#kept.require({ name });
  }

  /** Hangs up on the program, and kills what does not end in time. */
  end(): void {
    const { pane } = this;
    pane.signal('SIGHUP');
    this.clock.after(END_GRACE_MS, () => {
      if (this.isRunning) pane.signal('SIGKILL');
    });
  }

  /** Lets go of everything without ending the program. */
  async dispose(reason: 'removed' | 'resumed' | 'worker_gone'): Promise<void> {
    this.#agent.dispose();
    this.#resizer.dispose();
    this.#flow.dispose();
    this.viewers.closeAll(reason);
    if (this.isRunning) this.#kept.keepScreen(await this.snapshot());
    this.#screen.dispose();
    this.#kept.dispose();
    await this.#pane?.dispose();
  }

  /** How long nothing has happened and nobody has watched, milliseconds. */
  get idleMs(): number {
    return this.viewers.count > 0 ? 0 : this.activity.quietMs;
  }

  /** Somebody came, went or took control. */
  viewersChanged(): void {
    this.#flow.viewersChanged();
    const size = this.viewers.wantedSize;
    if (size !== undefined && this.isRunning) this.#resizer.wish(size);
    this.#deps.observer.changed(this);
  }

  /** Frees what can be made again; called now and then. */
  sweep(): void {
    this.#flow.trim();
    if (this.idleMs < HIBERNATE_AFTER_MS) return;
    this.#screen.hibernate().catch((error: unknown) => this.#failed('hibernate', error));
  }

  async snapshot(): Promise<Snapshot> {
    return await this.#screen.snapshot();
  }

  resynced(skippedBytes: number): void {
    this.#deps.observer.resynced(this, skippedBytes);
  }

  /** A viewer has parsed more: the program may have waited for that. */
  acknowledged(): void {
    this.#flow.acknowledged();
  }

  #makeScreen(): ScreenView {
    const { clock, screens: factory, engine, records } = this.#deps;
    return new ScreenView({
      clock,
      factory,
      engine,
      log: this.log,
      kept: () => records.screen(this.id),
      events: {
        reply: (bytes) => this.#replies.reply(bytes),
        title: (title) => this.viewers.send({ type: 'title', title }),
        bell: () => this.viewers.send({ type: 'bell' }),
        changed: () => {
          this.#agent.drew(this.#screen.preview);
          this.#deps.observer.changed(this);
        },
        lost: () => this.#flow.redrawScreen(this.record.size),
        failed: (what, error) => this.#failed(what, error),
      },
    });
  }

  #paneEvents(): PaneEvents {
    return {
      output: (bytes) => {
        this.activity.touch();
        this.#deps.observer.printed(bytes.length);
        this.#flow.push(bytes);
      },
      gap: (seed) => {
        this.log.tear();
        this.#deps.observer.torn(this);
        this.#screen.reseed(seed);
        this.viewers.pump();
      },
      exit: (exit, lastScreen) => void this.#finish(exit, lastScreen),
      lost: () => void this.#finish('lost', undefined),
    };
  }

  #applySize(size: TerminalSize): void {
    if (!this.isRunning) return;
    this.pane.resize(size);
    this.#screen.resize(size);
    this.#kept.change({ size });
    this.viewers.sendSize(size);
  }

  #finish(how: PaneExit | 'lost', lastScreen: ScreenSeed | undefined): Promise<void> {
    return (this.#finishing ??= this.#keepTheEnd(how, lastScreen));
  }

  /** Everything is kept on disk before the pane lets go of its own copy. */
  async #keepTheEnd(how: PaneExit | 'lost', lastScreen: ScreenSeed | undefined): Promise<void> {
    const ended = endOf(how, this.clock.nowMs());
    this.#ending = endingFrame(ended);
    this.#replies.end();
    this.#agent.ended(how);
    this.#flow.flush();
    // tmux loses the last output of a program that ends quickly; its own copy of the screen has it.
    if (lastScreen && (await this.#screen.reconcile(lastScreen, this.log.end + TEAR))) {
      this.log.tear();
      this.viewers.pump();
    }
    if (this.#kept.keepScreen(await this.#screen.end())) this.#screen.ended();
    this.#kept.change(ended);
    this.viewers.finish(this.#ending);
    await this.#pane?.dispose();
  }

  #failed(what: string, error: unknown): void {
    this.#deps.observer.failed(this, what, error);
  }
}
