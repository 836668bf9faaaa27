/**
 * One pane of the tmux server and the program in it. Bytes go through its tap, everything else is a
 * command. tmux can neither hold a program up nor say when a pane ended: pause() does nothing, and
 * the engine tells this class when it is time to ask.
 */
import type { SessionId } from '@dashboard/protocol/ids';
import { invariant } from '@dashboard/protocol/invariant';
import { isSameSize, type TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Clock } from '@dashboard/runtime/clock';
import type { Logger } from '@dashboard/runtime/logger';
import type { Pane, PaneEvents, PaneExit } from '../session/ports.ts';
import * as commands from './commands.ts';
import type { ControlClient } from './control-client.ts';
import { TmuxError } from './control-connection.ts';
import { LET_GO_SIGNAL } from './launch-script.ts';
import { ModeMemory } from './mode-memory.ts';
import { parseEnd } from './pane-end.ts';
import { PaneLine } from './pane-line.ts';
import type { PaneTap, PaneTapEvents } from './pane-tap.ts';
import { seedOf } from './seed.ts';
import { hangUp, trySignal } from './signals.ts';

/** A tap that ended is made again after this long, doubled each time it happens. */
const RETAP_DELAY_MS = 10;
const RETAP_DELAY_MS_MAX = 5_000;

/** Where a pane is. */
export interface Place {
  readonly paneId: commands.PaneId;
  /** Of the program. */
  readonly pid: number;
  /** Of the process behind it (launch-script.ts), which leads the terminal's session. */
  readonly leaderPid: number;
  readonly serverPid: number;
}

export interface TmuxPaneDeps {
  readonly control: ControlClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The session's name, and the base name of the FIFOs. */
  readonly name: SessionId;
  readonly openTap: (events: PaneTapEvents) => Promise<PaneTap>;
  readonly onReleased: (pane: TmuxPane) => void;
}

/** `over` also when somebody let go of a program that still runs. */
type Phase = 'opening' | 'live' | 'ending' | 'ended' | 'over';

export class TmuxPane implements Pane {
  readonly #deps: TmuxPaneDeps;
  readonly #events: PaneEvents;
  readonly #line: PaneLine;
  #phase: Phase = 'opening';
  #place: Place | undefined;
  #size: TerminalSize;
  #appliedSize: TerminalSize;
  #isResizing = false;
  #modes = new ModeMemory();
  #isRemembering = false;
  #isRetapping = false;
  #retapDelayMs = RETAP_DELAY_MS;

  constructor(deps: TmuxPaneDeps, size: TerminalSize, events: PaneEvents) {
    this.#deps = deps;
    this.#events = events;
    this.#size = this.#appliedSize = size;
    this.#line = new PaneLine({
      clock: deps.clock,
      openTap: () =>
        deps.openTap({
          output: (bytes) => this.#onOutput(bytes),
          ended: () => void this.#onTapEnded(),
        }),
      hasArrived: async () => await deps.control.turnTwice(),
    });
  }

  get name(): SessionId {
    return this.#deps.name;
  }

  get pid(): number {
    return this.place.pid;
  }

  get size(): TerminalSize {
    return this.#size;
  }

  get pendingInputBytes(): number {
    return this.#line.pendingBytes;
  }

  /** Undefined until tmux has named it. */
  get paneId(): commands.PaneId | undefined {
    return this.#place?.paneId;
  }

  get place(): Place {
    invariant(this.#place !== undefined, 'a pane would be used before tmux has named it');
    return this.#place;
  }

  write(bytes: Uint8Array): void {
    if (this.#phase === 'live') this.#line.write(bytes);
  }

  onDrained(callback: () => void): void {
    this.#line.onDrained(callback);
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    if (!this.#isResizing) void this.#applySize();
  }

  // tmux reads on whatever we do; what we did not read would only grow in its memory.
  pause(): void {}
  resume(): void {}

  signal(signal: 'SIGHUP' | 'SIGTERM' | 'SIGKILL'): void {
    if (this.#phase !== 'live') return; // the pid may be somebody else's by now
    const { pid, leaderPid } = this.place;
    if (trySignal(-pid, signal)) return; // a shell makes a group of its own
    // The group is the leader's, which has to live on to tell how the program ended.
    if (signal === 'SIGHUP') void hangUp({ pid, leaderPid });
    else trySignal(signal === 'SIGKILL' ? pid : -leaderPid, signal);
  }

  reseed(): void {
    if (!this.#isRetapping) void this.#retap();
  }

  async dispose(): Promise<void> {
    const isDead = this.#phase === 'ended';
    await this.release();
    if (isDead) await this.#tidy(commands.killPane(this.place.paneId));
  }

  /** Lets go of the pane as it is. Nothing is told of it any more. */
  async release(): Promise<void> {
    const isTapped = this.#phase === 'live' || this.#phase === 'ending';
    this.#phase = 'over';
    this.#deps.onReleased(this);
    if (isTapped) await this.#tidy(commands.closePipe(this.place.paneId));
    await this.#line.close();
  }

  /** The program is over: lets the process behind it go when all output has come. */
  async letGo(): Promise<void> {
    await this.#line.quiet();
    if (this.#isIn('live')) trySignal(this.place.leaderPid, `SIG${LET_GO_SIGNAL}`);
  }

  /** The FIFOs, before tmux is told of them. */
  openTap(): Promise<void> {
    return this.#line.open();
  }

  /** tmux has the pane. Its output waits until startReading(). */
  settle(place: Place): void {
    this.#place = place;
    this.#phase = 'live';
  }

  startReading(): void {
    this.#line.start();
  }

  /** As settle(), for a program that ended before this worker came. */
  settleEnded(place: Place): void {
    this.#place = place;
    this.#phase = 'ended';
  }

  /** What was read from the pane's own memory on adoption. */
  rememberModes(modes: readonly number[]): void {
    this.#modes = new ModeMemory(modes);
  }

  /** Asks tmux, and reports the end if it is one. */
  async checkEnd(): Promise<void> {
    if (this.#phase !== 'live') return;
    try {
      const { paneId } = this.place;
      const [end] = await this.#run([commands.paneEnd(paneId)]);
      const exit = parseEnd(end?.toString() ?? '', paneId);
      if (exit === undefined) return;
      // Dead, but not yet waited for: the hook tells when it is.
      if (exit.code === null && exit.signal === null) return;
      await this.#finish(exit);
    } catch (error) {
      if (error instanceof TmuxError) this.lose();
      // Otherwise tmux did not answer: the engine asks again when it does.
      else this.#deps.logger.warn({ err: error }, 'cannot ask tmux for the end of a pane');
    }
  }

  /** The server has gone, or somebody removed the pane from it. */
  lose(): void {
    if (this.#phase !== 'live' && this.#phase !== 'ending') return;
    this.#phase = 'over';
    void this.#line.close();
    this.#events.lost();
  }

  async #finish(exit: PaneExit): Promise<void> {
    if (!this.#isIn('live')) return; // two reasons to ask came together
    this.#phase = 'ending';
    const captured = this.#run(commands.capture(this.place.paneId)).then(seedOf);
    const [lastScreen] = await Promise.all([
      captured.catch((error: unknown) => this.#noLastScreen(error)),
      this.#line.quiet(),
    ]);
    if (!this.#isIn('ending')) return; // lost meanwhile
    this.#phase = 'ended';
    await this.#line.close();
    this.#events.exit(exit, lastScreen);
  }

  #noLastScreen(error: unknown): undefined {
    this.#deps.logger.warn({ err: error }, 'no last screen of a pane');
    return undefined;
  }

  #onOutput(bytes: Uint8Array): void {
    if (this.#phase !== 'live' && this.#phase !== 'ending') return;
    if (this.#modes.read(bytes) && !this.#isRemembering) void this.#keepModes();
    this.#events.output(bytes);
  }

  /** cat(1) has gone. If the program has not, its output is tapped anew. */
  async #onTapEnded(): Promise<void> {
    await this.checkEnd();
    if (!this.#isIn('live')) return;
    this.#deps.clock.after(this.#retapDelayMs, () => void this.#retap());
    this.#retapDelayMs = Math.min(2 * this.#retapDelayMs, RETAP_DELAY_MS_MAX);
  }

  /** A new tap, and the screen at the instant between the last byte of the old one and its first. */
  async #retap(): Promise<void> {
    if (!this.#isIn('live')) return;
    this.#isRetapping = true;
    try {
      await this.openTap();
      const pipe = commands.openPipe(this.place.paneId, this.#deps.name);
      const sequence = [pipe, ...commands.capture(this.place.paneId)];
      const { control } = this.#deps;
      const [, ...captured] = await control.runOnce(sequence, this.place.serverPid);
      if (!this.#isIn('live')) return;
      this.#isRetapping = false;
      this.#events.gap(seedOf(captured));
      this.#line.start();
    } catch (error) {
      this.#isRetapping = false;
      this.#deps.logger.warn({ err: error }, 'cannot tap a pane again');
      await this.#onTapEnded();
    }
  }

  /** One command at a time: of a burst of sizes only the newest is worth telling. */
  async #applySize(): Promise<void> {
    this.#isResizing = true;
    while (this.#phase === 'live' && !isSameSize(this.#size, this.#appliedSize)) {
      this.#appliedSize = this.#size;
      await this.#tidy(commands.resizeWindow(this.place.paneId, this.#size));
    }
    this.#isResizing = false;
  }

  /** One command at a time here too: a program may switch a mode with each frame. */
  async #keepModes(): Promise<void> {
    this.#isRemembering = true;
    let kept: readonly number[] | undefined;
    while (this.#phase === 'live' && kept?.join() !== this.#modes.modes.join()) {
      kept = this.#modes.modes;
      await this.#tidy(commands.rememberModes(this.place.paneId, kept));
    }
    this.#isRemembering = false;
  }

  /** Something that is in order to fail, since the pane may be gone at any time. */
  async #tidy(command: commands.Command): Promise<void> {
    try {
      await this.#run([command]);
    } catch (error) {
      this.#deps.logger.debug({ err: error }, 'a command to a pane failed');
    }
  }

  #run(sequence: readonly commands.Command[]): Promise<readonly Buffer[]> {
    return this.#deps.control.run(sequence, this.place.serverPid);
  }

  /** For use after an await, where the phase may have changed. */
  #isIn(phase: Phase): boolean {
    return this.#phase === phase;
  }
}
