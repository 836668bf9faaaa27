/**
 * Sessions in a tmux server of our own, which outlives the worker: launch, find again, take over.
 * Which sessions there ought to be is not its matter.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Clock } from '@dashboard/runtime/clock';
import { outOfDescriptors } from '@dashboard/runtime/descriptors';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { requireLaunchable } from '../pane/index.ts';
import type { AdoptedPane, PaneEngine, PaneEvents, PaneSpec, QueryKind } from '../session/ports.ts';
import { findAnsweredQueries } from './ask-queries.ts';
import * as commands from './commands.ts';
import { ControlClient, type ServerIdentity } from './control-client.ts';
import { TmuxError } from './control-connection.ts';
import { Notices } from './notices.ts';
import { parseEnd } from './pane-end.ts';
import { PaneTap, type PaneTapEvents } from './pane-tap.ts';
import { ANSWERED_AT_LEAST } from './queries.ts';
import { linesOf, parseFound, sessionIdOf, type FoundPane } from './replies.ts';
import { modesOf, seedOf } from './seed.ts';
import { trySignal } from './signals.ts';
import { programOf, startProgram, type Starter } from './start-program.ts';
import { TmuxPane, type Place } from './tmux-pane.ts';
import { TmuxServer, type TmuxServerOptions } from './tmux-server.ts';

/** The hook that tells of a dead pane is a process that can fail; this finds what it missed. */
const SWEEP_EVERY_MS = 10_000;
/**
 * When a pane's terminal closes, tmux writes utmp through libutempter, which takes SIGCHLD away for
 * that moment. If the program's own arrives then (one fast exit in eight, measured on 3.3a; repaired
 * in 3.5), the pane is dead without a status and no hook runs, until the next SIGCHLD. We send one.
 */
const NUDGE_EVERY_MS = 200;
/** How long a process takes to exit after it was let go. */
const NUDGE_AFTER_MS = 15;
const ADOPT_TRIES_MAX = 3;
/** remain-on-exit-format, without which tmux writes a line of its own into a dead pane. */
const VERSION_MIN = 3.3;

export interface TmuxEngineOptions extends TmuxServerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

export class TmuxEngine implements PaneEngine, Part {
  readonly name = 'tmux';
  readonly #options: TmuxEngineOptions;
  readonly #server: TmuxServer;
  readonly #control: ControlClient;
  readonly #notices: Notices;
  readonly #panes = new Set<TmuxPane>();
  #answeredQueries: ReadonlySet<QueryKind> = new Set(ANSWERED_AT_LEAST);
  #serverPid = 0;
  readonly #stopTimers: (() => void)[] = [];

  constructor(options: TmuxEngineOptions) {
    this.#options = options;
    this.#server = new TmuxServer(options);
    this.#control = new ControlClient({
      startClient: () => this.#server.startClient(),
      clock: options.clock,
      logger: options.logger,
      onAttached: (server) => this.#onAttached(server),
    });
    this.#notices = new Notices({
      server: this.#server,
      clock: options.clock,
      onOver: (name) => this.#letGo(name),
      onEnded: (paneId) => this.#checkEnd(paneId),
    });
  }

  /** Known after start(). */
  get answeredQueries(): ReadonlySet<QueryKind> {
    return this.#answeredQueries;
  }

  /** For a person who wants to look: tmux -S <path> attach -t =<session>. */
  get socketPath(): string {
    return this.#server.socketPath;
  }

  /** Finds the server or starts it. @throws Error in words for the operator */
  async start(): Promise<void> {
    await this.#server.prepare();
    await empty(this.#server.tapDirectory);
    await empty(this.#server.scriptDirectory);
    await this.#notices.start();
    await this.#control.start();
    requireVersion(this.#control.server.version);
    this.#answeredQueries = new Set(await this.#findAnsweredQueries());
    const { clock } = this.#options;
    this.#stopTimers.push(clock.every(SWEEP_EVERY_MS, () => void this.#sweep()));
    this.#stopTimers.push(clock.every(NUDGE_EVERY_MS, () => this.#nudge()));
  }

  /** The sessions go on. A server without any is ended: nobody would come back for it. */
  async stop(): Promise<void> {
    for (const stopTimer of this.#stopTimers.splice(0)) stopTimer();
    this.#notices.stop();
    await Promise.allSettled([...this.#panes].map((pane) => pane.release()));
    await this.#endEmptyServer();
    await this.#control.stop();
  }

  async launch(spec: PaneSpec, events: PaneEvents): Promise<TmuxPane> {
    await requireLaunchable(spec);
    const pane = this.#newPane(spec.id, spec.size, events);
    try {
      await pane.openTap();
      pane.settle(await startProgram(this.#starter, { ...spec, name: spec.id }));
    } catch (cause) {
      await pane.release();
      throw launchFailure(cause);
    }
    pane.startReading();
    return pane;
  }

  async survivors(): Promise<readonly SessionId[]> {
    const [names] = await this.#control.run([commands.LIST_SESSIONS]);
    return linesOf(names).flatMap(sessionIdOf);
  }

  async adopt(id: SessionId, events: PaneEvents): Promise<AdoptedPane> {
    for (let tries = 1; ; tries++) {
      const found = await this.#find(id);
      const pane = this.#newPane(id, found.size, events);
      try {
        if (found.isDead) return await this.#adoptDead(pane, found);
        return await this.#adoptLive(pane, found);
      } catch (cause) {
        await pane.release();
        // It ended between two commands, or the control client did: look again.
        if (tries === ADOPT_TRIES_MAX) throw cause;
      }
    }
  }

  async #adoptDead(pane: TmuxPane, found: FoundPane & Place): Promise<AdoptedPane> {
    const { paneId, serverPid } = found;
    const sequence = [commands.paneEnd(paneId), ...commands.capture(paneId)];
    const [end, ...captured] = await this.#control.run(sequence, serverPid);
    pane.settleEnded(found);
    const exit = parseEnd(end?.toString() ?? '', paneId) ?? { code: null, signal: null };
    return { pane, seed: seedOf(captured), exit };
  }

  /** tmux runs the sequence without reading the pane in between: the tap begins where the seed ends. */
  async #adoptLive(pane: TmuxPane, found: FoundPane & Place): Promise<AdoptedPane> {
    const { paneId, serverPid } = found;
    await pane.openTap();
    const sequence = [commands.openPipe(paneId, pane.name), ...commands.capture(paneId)];
    const [, ...captured] = await this.#control.runOnce(sequence, serverPid);
    const [fields] = captured;
    if (fields !== undefined) pane.rememberModes(modesOf(fields));
    pane.settle(found);
    // Whoever waits for this has the seed by then: the first output follows it.
    this.#options.clock.soon(() => pane.startReading());
    return { pane, seed: seedOf(captured), exit: undefined };
  }

  get #starter(): Starter {
    return { server: this.#server, control: this.#control, notices: this.#notices };
  }

  #newPane(name: SessionId, size: TerminalSize, events: PaneEvents): TmuxPane {
    const { clock, logger } = this.#options;
    const { tapDirectory: directory, environment } = this.#server;
    const deps = {
      name,
      control: this.#control,
      clock,
      logger,
      openTap: (tapEvents: PaneTapEvents) =>
        PaneTap.open({ directory, name, environment, clock }, tapEvents),
      onReleased: (released: TmuxPane) => void this.#panes.delete(released),
    };
    const pane = new TmuxPane(deps, size, events);
    this.#panes.add(pane);
    return pane;
  }

  /** A person may have split the window: ours is the pane that was first. */
  async #find(id: SessionId): Promise<FoundPane & Place> {
    const [lines] = await this.#control.run([commands.listPanes(id)]).catch((cause: unknown) => {
      if (!(cause instanceof TmuxError)) throw cause;
      throw new DashboardError('session_not_found', 'tmux has no such session', { cause });
    });
    const panes = linesOf(lines).map((line) => parseFound(line, this.#serverPid));
    const [first] = panes.sort((a, b) => Number(a.paneId.slice(1)) - Number(b.paneId.slice(1)));
    if (first === undefined) throw new DashboardError('session_not_found', 'it has no pane');
    return { ...first, pid: await programOf(first.leaderPid) };
  }

  /** Before any command that waited: panes of a server that is gone must not get it. */
  #onAttached({ pid }: ServerIdentity): void {
    const isAnother = this.#serverPid !== 0 && this.#serverPid !== pid;
    this.#serverPid = pid;
    trySignal(pid, 'SIGCHLD');
    if (isAnother) for (const pane of [...this.#panes]) pane.lose();
    else this.#options.clock.soon(() => void this.#sweep());
  }

  #checkEnd(paneId: string): void {
    for (const pane of this.#panes) if (pane.paneId === paneId) void pane.checkEnd();
  }

  /** When the output has arrived there is nothing to stay for. */
  #letGo(name: string): void {
    for (const pane of this.#panes) {
      if (pane.name === name) void pane.letGo().then(() => this.#nudgeSoon());
    }
  }

  #nudgeSoon(): void {
    this.#options.clock.after(NUDGE_AFTER_MS, () => this.#nudge());
  }

  #nudge(): void {
    if (this.#panes.size > 0) trySignal(this.#serverPid, 'SIGCHLD');
  }

  /** Looks for panes that have ended, or have gone, without anybody saying so. */
  async #sweep(): Promise<void> {
    const asked = [...this.#panes].filter(({ paneId }) => paneId !== undefined);
    if (asked.length === 0) return;
    try {
      const [lines] = await this.#control.run([commands.LIST_PANES]);
      const running = new Set(linesOf(lines));
      const ended = asked.filter(({ paneId }) => !running.has(`0 ${paneId ?? ''}`));
      for (const pane of ended) void pane.checkEnd();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'cannot ask tmux which panes have ended');
    }
  }

  async #endEmptyServer(): Promise<void> {
    try {
      if ((await this.survivors()).length === 0) await this.#control.run([commands.KILL_SERVER]);
    } catch (error) {
      // kill-server may end the client before its reply is out, which is as good as a reply.
      this.#options.logger.debug({ err: error }, 'the server has ended, or does not answer');
    }
  }

  async #findAnsweredQueries(): Promise<readonly QueryKind[]> {
    try {
      return await findAnsweredQueries(this.#starter, this.#options.clock);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'cannot find out which queries tmux answers');
      return ANSWERED_AT_LEAST;
    }
  }
}

function launchFailure(cause: unknown): DashboardError {
  const known = cause instanceof DashboardError ? cause : outOfDescriptors(cause);
  if (known !== undefined) return known;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DashboardError('launch_failed', `tmux did not start it: ${why}`, { cause });
}

/** @throws Error when it is older than VERSION_MIN; one without a number is a development version */
function requireVersion(version: string): void {
  if (Number.parseFloat(version) < VERSION_MIN) {
    throw new Error(`tmux ${version} is too old: ${VERSION_MIN} or newer is needed`);
  }
}

async function empty(directory: string): Promise<void> {
  const names = await readdir(directory);
  await Promise.all(names.map((name) => rm(join(directory, name), { force: true })));
}
