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
import type { AttachmentHost } from './attachment.ts';
import { endingFrame, endOf } from './ended.ts';
import { holdEvents } from './held-events.ts';
import { InputLedger } from './input-ledger.ts';
import * as limits from './limits.ts';
import { OutputFlow } from './output-flow.ts';
import type { OutputLog } from './output-log.ts';
import type { Pane, PaneEvents, PaneExit, PaneSpec, ScreenSeed, Snapshot } from './ports.ts';
import { Resizer } from './resizer.ts';
import type { SessionDeps } from './session-deps.ts';
import { ScreenView } from './screen-view.ts';
import { Throttled } from './throttled.ts';
import { Viewers } from './viewers.ts';

export class Session implements AttachmentHost {
  readonly id: SessionId;
  readonly clock: Clock;
  /** Offsets of another epoch mean nothing here. */
  readonly epoch: number;
  readonly viewers = new Viewers();
  readonly inputs = new InputLedger();
  readonly #deps: SessionDeps;
  readonly #flow: OutputFlow;
  readonly #resizer: Resizer;
  readonly #previewing: Throttled;
  #record: SessionRecord;
  #pane: Pane | undefined;
  /** Answers of the screen to a program that asked before its pane was known here. */
  #earlyReplies: Uint8Array[] = [];
  #screen: ScreenView;
  #title = '';
  #preview: readonly string[] = [];
  #activeAtMs: number;
  #ending: WorkerFrame | undefined;

  constructor(record: SessionRecord, deps: SessionDeps, last?: Snapshot) {
    this.id = record.id;
    this.#record = record;
    this.#deps = deps;
    this.clock = deps.clock;
    this.epoch = deps.clock.nowMs();
    this.#screen = new ScreenView(undefined, last && { ...last, offset: 0 });
    this.#activeAtMs = record.endedAtMs ?? deps.clock.nowMs();
    this.#flow = new OutputFlow({
      clock: deps.clock,
      viewers: this.viewers,
      screen: () => this.#screen,
      pane: () => (this.isRunning ? this.#pane : undefined),
    });
    this.#resizer = new Resizer(this.clock, record.size, (size) => this.#applySize(size));
    this.#previewing = new Throttled(this.clock, limits.PREVIEW_EVERY_MS, () => {
      void this.#refreshPreview();
    });
    this.#ending = endingFrame(record);
  }

  get log(): OutputLog {
    return this.#flow.log;
  }

  get record(): SessionRecord {
    return this.#record;
  }

  get isRunning(): boolean {
    return this.#pane !== undefined && this.#ending === undefined;
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
    return {
      ...this.#record,
      title: this.#title,
      pid: this.isRunning ? this.pane.pid : null,
      viewers: this.viewers.count,
      activeAtMs: this.#activeAtMs,
      preview: [...this.#preview],
    };
  }

  /** @throws DashboardError launch_failed; the session is then of no use */
  async launch(spec: PaneSpec): Promise<void> {
    invariant(this.#record.phase === 'starting', 'a program would run twice in one session');
    this.#openScreen(undefined);
    try {
      this.#pane = await this.#deps.engine.launch(spec, this.#paneEvents());
    } catch (error) {
      this.#screen.dispose();
      throw error;
    }
    for (const reply of this.#earlyReplies.splice(0)) this.#pane.write(reply);
    // A program may have ended before the launch returned; then its end has been recorded already.
    if (this.#ending === undefined) this.#change({ phase: 'running' });
    else await this.#pane.dispose();
  }

  /** Takes over the pane that an earlier worker left. @throws DashboardError session_not_found */
  async adopt(): Promise<void> {
    const held = holdEvents(this.#paneEvents());
    const adopted = await this.#deps.engine.adopt(this.id, held.events);
    this.#pane = adopted.pane;
    this.#openScreen(adopted.seed);
    held.release();
    if (adopted.exit !== undefined) await this.#finish(adopted.exit, adopted.seed);
    else this.#change({ phase: 'running', size: adopted.seed.size });
    this.#previewing.ask();
  }

  rename(name: string): void {
    this.#change({ name });
  }

  /** Hangs up on the program, and kills what does not end in time. */
  end(): void {
    const { pane } = this;
    pane.signal('SIGHUP');
    this.clock.after(limits.END_GRACE_MS, () => {
      if (this.isRunning) pane.signal('SIGKILL');
    });
  }

  /** Nobody will watch it again: lets go of everything without ending the program. */
  async dispose(reason: 'removed' | 'worker_gone'): Promise<void> {
    this.#resizer.dispose();
    this.#previewing.cancel();
    this.#flow.dispose();
    this.viewers.closeAll(reason);
    if (this.isRunning) await this.#keepScreen();
    this.#screen.dispose();
    await this.#pane?.dispose();
  }

  /** How long nothing has happened and nobody has watched, milliseconds. */
  get idleMs(): number {
    if (this.viewers.count > 0) return 0;
    return this.clock.nowMs() - this.#activeAtMs;
  }

  touch(): void {
    this.#activeAtMs = this.clock.nowMs();
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
    if (this.idleMs < limits.HIBERNATE_AFTER_MS) return;
    this.#screen.live?.hibernate().catch((error: unknown) => {
      this.#deps.observer.failed(this, 'hibernate', error);
    });
  }

  /** Where the screen cannot tell, the log must do: better a part of the screen than none. */
  async snapshot(): Promise<Snapshot> {
    try {
      return await this.#screen.snapshot();
    } catch (error) {
      this.#deps.observer.failed(this, 'snapshot', error);
      const { size } = this.#record;
      return { offset: this.log.begin, size, scrollbackLines: 0, bytes: new Uint8Array(0) };
    }
  }

  resynced(skippedBytes: number): void {
    this.#deps.observer.resynced(this, skippedBytes);
  }

  /** A viewer has parsed more: the program may have waited for that. */
  acknowledged(): void {
    this.#flow.acknowledged();
  }

  #openScreen(seed: ScreenSeed | undefined): void {
    const { screens, engine } = this.#deps;
    const size = seed?.size ?? this.#record.size;
    const screen = screens.create(
      { size, offset: this.log.end, seed, answeredElsewhere: engine.answeredQueries },
      {
        reply: (bytes) => this.#reply(bytes),
        title: (title) => {
          this.#title = title;
          this.viewers.send({ type: 'title', title });
          this.#deps.observer.changed(this);
        },
        bell: () => this.viewers.send({ type: 'bell' }),
      },
    );
    this.#screen = new ScreenView(screen, undefined);
  }

  #reply(bytes: Uint8Array): void {
    if (this.isRunning) this.pane.write(bytes);
    else if (this.#ending === undefined) this.#earlyReplies.push(bytes);
  }

  #paneEvents(): PaneEvents {
    return {
      output: (bytes) => this.#onOutput(bytes),
      exit: (exit, lastScreen) => void this.#finish(exit, lastScreen),
      lost: () => void this.#finish('lost', undefined),
    };
  }

  #onOutput(bytes: Uint8Array): void {
    this.#activeAtMs = this.clock.nowMs();
    this.#deps.observer.printed(bytes.length);
    this.#flow.push(bytes);
    this.#previewing.ask();
  }

  #applySize(size: TerminalSize): void {
    if (!this.isRunning) return;
    this.pane.resize(size);
    this.#screen.live?.resize(size);
    this.#change({ size });
    this.viewers.sendSize(size);
  }

  async #refreshPreview(): Promise<void> {
    const rows = await this.#screen.preview();
    if (rows === undefined || rows.join('\n') === this.#preview.join('\n')) return;
    this.#preview = rows;
    this.#deps.observer.changed(this);
  }

  /** Everything is kept on disk before the pane lets go of its own copy. */
  async #finish(how: PaneExit | 'lost', lastScreen: ScreenSeed | undefined): Promise<void> {
    if (this.#ending !== undefined) return;
    const ended = endOf(how, this.clock.nowMs());
    const ending = endingFrame({ ...this.#record, ...ended });
    invariant(ending !== undefined, 'viewers would never learn of the end');
    this.#ending = ending;
    this.#flow.flush();
    if (lastScreen !== undefined) await this.#reconcile(lastScreen);
    const rows = await this.#screen.preview();
    if (rows !== undefined) this.#preview = rows;
    await this.#keepScreen();
    this.#change(ended);
    this.viewers.finish(ending);
    await this.#pane?.dispose();
  }

  async #reconcile(lastScreen: ScreenSeed): Promise<void> {
    try {
      const differs = await this.#screen.live?.reconcile(lastScreen, this.log.end);
      if (differs === true) this.viewers.redraw();
    } catch (error) {
      this.#deps.observer.failed(this, 'reconcile', error);
    }
  }

  async #keepScreen(): Promise<void> {
    const last = { ...(await this.snapshot()), offset: this.log.end };
    if (this.#ending !== undefined) this.#screen.end(last);
    try {
      this.#deps.records.putScreen(this.id, last);
    } catch (error) {
      this.#deps.observer.failed(this, 'keep the last screen', error);
    }
  }

  #change(change: Partial<SessionRecord>): void {
    this.#record = { ...this.#record, ...change };
    try {
      this.#deps.records.put(this.#record);
    } catch (error) {
      this.#deps.observer.failed(this, 'keep the record', error);
    }
    this.#deps.observer.changed(this);
  }
}
