/**
 * What can be measured: a server of terminals, as one client sees all of them. Another server is one
 * more file beside this one, and its line in index.ts.
 */
import type { AtEnd } from '@dashboard/testkit/at-end';

/** Takes what a terminal prints. */
export interface Reader {
  /** `parsed` is called once the bytes are dealt with: who has flow control acknowledges then. */
  output(bytes: Uint8Array, parsed: () => void): void;
  /** Bytes were left out: what follows draws the whole screen anew. */
  redraw(): void;
}

/** One viewer of a session. */
export interface Terminal {
  /** May be exchanged at any time; it takes what comes from then on. */
  reader: Reader;
  type(text: string): void;
  /** Takes nothing more from its socket, and keeps it open. */
  stall(): void;
  /** The session stays. */
  leave(): void;
}

export interface Watch {
  /** Takes what comes with the answer already; IGNORES otherwise. */
  readonly reader?: Reader;
  /** The viewer that comes back to where it was. */
  readonly before?: Terminal;
}

/** Where the socket of a viewer is, and what it is opened with. */
export interface Address {
  readonly url: URL;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Frames of packages/protocol, or what the terminal prints and nothing else. */
  readonly speaks: 'dashboard' | 'bytes';
}

/** `/bin/sh -l` in a terminal of SIZE; what it shall run is typed. */
export interface Session {
  watch(options?: Watch): Promise<Terminal>;
  /** For a viewer elsewhere, in a browser; what has no network has none. */
  address?(): Promise<Address>;
  end(): Promise<void>;
}

export interface Target {
  readonly name: string;
  openSession(): Promise<Session>;
  /** Of the server's main processes; what they have started belongs to them. */
  pids(): Promise<readonly number[]>;
}

export interface TargetKind {
  readonly what: string;
  /** Whether a viewer that keeps up receives each byte; otherwise the screen is drawn from memory. */
  readonly keeps: 'bytes' | 'screen';
  start(atEnd: AtEnd): Promise<Target>;
}

export const SIZE = { cols: 120, rows: 32 } as const;

/** For programs in a terminal, the same for all targets; nothing of ours is in it. */
export function programEnvironment(home: string): Record<string, string> {
  const path = '/usr/local/bin:/usr/bin:/bin';
  return { PATH: path, HOME: home, SHELL: '/bin/sh', LANG: 'C.UTF-8', TERM: 'xterm-256color' };
}

export const IGNORES: Reader = { output: (_bytes, parsed) => parsed(), redraw: () => undefined };
