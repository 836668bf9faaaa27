/**
 * What a session needs of a terminal, of its parsed screen and of a database. The folders tmux/ and
 * pty/ give panes, screen/ gives screens, store/ gives records. Nothing here does anything.
 * Bytes are Uint8Array as the program printed or read them; nobody decodes them on the way.
 */
import type { AgentStatus } from '@dashboard/protocol/agents';
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';

export type EngineName = 'tmux' | 'pty';

/** How a program ended: `code` when it exited, `signal` when one killed it, neither when unknown. */
export interface PaneExit {
  readonly code: number | null;
  readonly signal: number | null;
}

/** What is to run. Everything is argv and absolute: no shell reads any of it. */
export interface PaneSpec {
  readonly id: SessionId;
  readonly argv: readonly [string, ...string[]];
  readonly directory: string;
  /** The whole environment of the program; nothing of the worker's own is added. */
  readonly env: Readonly<Record<string, string>>;
  readonly size: TerminalSize;
}

export interface PaneEvents {
  /** In order, at most 64 KiB at a time. The array is read into again: who keeps the bytes copies them. */
  output(bytes: Uint8Array): void;
  /**
   * Once, after the last output. `lastScreen` is the engine's own copy of the screen where its
   * output may have lost the end (tmux); absent where the output is complete.
   */
  exit(exit: PaneExit, lastScreen?: ScreenSeed): void;
  /**
   * Output was lost here, though the program goes on: somebody ended what carries a tmux pane's
   * bytes. The seed is the screen at the instant before the next byte of output.
   */
  gap(seed: ScreenSeed): void;
  /** Once instead of exit: the pane is gone and how it ended cannot be known (tmux was killed). */
  lost(): void;
}

/** A terminal with a program in it. */
export interface Pane {
  /** Of the program itself, so that a person can find it with ps(1). */
  readonly pid: number;
  readonly size: TerminalSize;
  /** Input the program has not taken yet, bytes. Grows while a program does not read. */
  readonly pendingInputBytes: number;
  /**
   * Takes the bytes at once; they reach the program in order, as fast as it reads.
   * @throws DashboardError rate_limited, having taken none, when 1 MiB waits for the program
   */
  write(bytes: Uint8Array): void;
  /** Called when pendingInputBytes has come down to 0. */
  onDrained(callback: () => void): void;
  resize(size: TerminalSize): void;
  /** Stops reading the program's output so that it blocks; where an engine cannot, a no-op. */
  pause(): void;
  resume(): void;
  /** Sends the signal to the program's process group. The end arrives as an event. */
  signal(signal: 'SIGHUP' | 'SIGTERM' | 'SIGKILL'): void;
  /** Removes what an ended pane left behind, or lets go of a live one without ending it. */
  dispose(): Promise<void>;
  /** Where the engine has its own copy of the screen (tmux): tells it as a gap(), soon. */
  reseed?(): void;
}

/** Bytes that, written to a fresh terminal of this size, redraw scrollback, screen and modes. */
export interface ScreenSeed {
  readonly size: TerminalSize;
  readonly bytes: Uint8Array;
}

export interface AdoptedPane {
  readonly pane: Pane;
  /** The screen at the instant before the first byte of output that the events report. */
  readonly seed: ScreenSeed;
  /** Set when the program had ended while nobody watched. No further event follows then. */
  readonly exit: PaneExit | undefined;
}

/** What keeps PTYs. */
export interface PaneEngine {
  readonly name: EngineName;
  /** Which queries (see QueryKind) the engine answers itself; the screen answers the others. */
  readonly answeredQueries: ReadonlySet<QueryKind>;
  /** @throws DashboardError launch_failed with the reason in words */
  launch(spec: PaneSpec, events: PaneEvents): Promise<Pane>;
  /** Sessions whose panes an earlier worker left, dead ones included. Empty where none can be left. */
  survivors(): Promise<readonly SessionId[]>;
  /** @throws DashboardError session_not_found when there is no such pane any more */
  adopt(id: SessionId, events: PaneEvents): Promise<AdoptedPane>;
}

/**
 * Questions a program asks its terminal: device attributes (DA1, DA2, DA3), status and cursor
 * position (DSR), mode (DECRQM), setting (DECRQSS), colours (OSC 4, 10, 11, 12), name (XTVERSION),
 * keyboard flags (kitty), size in cells or pixels (XTWINOPS).
 */
export type QueryKind =
  | 'da1'
  | 'da2'
  | 'da3'
  | 'dsr'
  | 'decrqm'
  | 'decrqss'
  | 'osc-colour'
  | 'xtversion'
  | 'kitty-keyboard'
  | 'xtwinops';

/** Bytes that redraw a screen at one offset of the output log. */
export interface Snapshot {
  /** Output that the snapshot contains: everything before this offset, nothing after. */
  readonly offset: number;
  readonly size: TerminalSize;
  readonly scrollbackLines: number;
  readonly bytes: Uint8Array;
}

export interface ScreenEvents {
  /** Answer to a query of the program, to be written to the pane. */
  reply(bytes: Uint8Array): void;
  title(title: string): void;
  bell(): void;
  /**
   * What was parsed is gone (its thread died, or it fell too far behind). The screen is blank and
   * goes on at the offset where the last write ended: reseed it, if there is something to seed from.
   */
  screenLost(): void;
}

/** The parsed state of one terminal. It is off the live path: everything here may lag. */
export interface Screen {
  /** Bytes handed in and not parsed yet. */
  readonly lagBytes: number;
  /** Continues at the offset where the last write ended. Never blocks. */
  write(bytes: Uint8Array): void;
  /** Takes effect between the writes around it. */
  resize(size: TerminalSize): void;
  /** Forgets everything; the next write is at `offset` and draws over the seed. */
  reseed(seed: ScreenSeed, offset: number): void;
  /** Reseeds only if the text differs from what is parsed. @returns whether it did */
  reconcile(seed: ScreenSeed, offset: number): Promise<boolean>;
  /** At the newest offset where a redraw is exact. Queued behind what was written before. */
  snapshot(scrollbackLines: number): Promise<Snapshot>;
  /** The last non-empty rows as plain text, trailing blanks removed. */
  text(rowsMax: number): Promise<readonly string[]>;
  /** Frees the terminal; a snapshot of it is kept and it comes back by itself when needed. */
  hibernate(): Promise<void>;
  dispose(): void;
}

export interface ScreenFactory {
  create(options: ScreenOptions, events: ScreenEvents): Screen;
}

export interface ScreenOptions {
  readonly size: TerminalSize;
  /** Where the output begins. */
  readonly offset: number;
  readonly seed: ScreenSeed | undefined;
  /** Queries that somebody else answers; the screen is silent about them. */
  readonly answeredElsewhere: ReadonlySet<QueryKind>;
}

/** What a watched agent causes. */
export interface AgentEvents {
  /** Its status is another than before. */
  changed(): void;
  /** It goes on in another conversation, by which it could be resumed. */
  conversation(id: string): void;
}

/** What is known of the agent in one session. The session says what happens to its program. */
export interface AgentWatch {
  /** Null where nothing can be known: of a shell. */
  readonly status: AgentStatus | null;
  /** The program runs, started now or by an earlier worker. */
  started(pid: number, how: 'launched' | 'adopted'): void;
  /** The last rows of its screen are others. */
  drew(rows: readonly string[]): void;
  ended(how: PaneExit | 'lost'): void;
  /** Stops watching a program that may go on. */
  dispose(): void;
}

export interface AgentWatcher {
  watch(record: SessionRecord, events: AgentEvents): AgentWatch;
  /** Whether the program of a session could go on with the conversation that its record names. */
  canResume(record: SessionRecord): boolean;
}

/** What survives a worker. Every call has returned before the change may be acknowledged. */
export interface SessionRecords {
  all(): readonly SessionRecord[];
  put(record: SessionRecord): void;
  remove(id: SessionId): void;
  /** The last screen of a session that ended, so that it stays readable. */
  putScreen(id: SessionId, snapshot: Snapshot): void;
  screen(id: SessionId): Snapshot | undefined;
}
