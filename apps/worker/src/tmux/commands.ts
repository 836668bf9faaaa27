/**
 * Every command that is sent to tmux, and the quoting for its command language. No text of a user
 * comes in here: tmux expands #(…) in names, targets, titles and directories, which runs it. What
 * stands in an argument is a session id, a pane id, a number, or a constant of this file; a path of
 * ours stands only where tmux expands nothing.
 */
import type { SessionId } from '@dashboard/protocol/ids';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import { SEED_FORMAT } from './seed.ts';

/** As tmux names it: a percent sign and a number, never used twice by one server. */
export type PaneId = `%${number}`;

/** @throws Error when tmux does not answer with a pane */
export function parsePaneId(text: string | undefined): PaneId {
  if (text !== undefined && /^%\d+$/.test(text)) return `%${Number(text.slice(1))}`;
  throw new Error(`no pane of tmux: ${JSON.stringify(text)}`);
}

/** A session of ours: one of the worker's, or the one that asks tmux which queries it answers. */
export type SessionName = SessionId | typeof QUERY_SESSION;

/** One command of a sequence. tmux runs a sequence whole, without reading any pane in between. */
export type Command = readonly string[];

/** The session that the control client is attached to; its only program has ended long ago. */
export const CONTROL_SESSION = '_control';
export const QUERY_SESSION = '_queries';

/** In the directory of the taps; see notices.ts. */
export const NOTICES_FIFO = 'notices';

/** Variables of the server's environment with the directory of the taps; sh(1) expands them. */
export const TAP_DIRECTORY_VARIABLE = 'DASHBOARD_TAPS';

const END_FORMAT = '#{pane_id}/#{pane_dead}/#{pane_dead_status}/#{pane_dead_signal}';

const SAFE_BYTE = /[A-Za-z0-9_./:@,+-]/;

/**
 * One line of control mode. Each word stands in double quotes with every doubtful byte in octal:
 * `;`, `$`, `~`, `#`, `{`, `%`, newlines and quotes are then plain bytes to tmux's parser.
 */
export function commandLine(sequence: readonly Command[]): string {
  return `${sequence.map((command) => command.map(quote).join(' ')).join(' ; ')}\n`;
}

function quote(word: string): string {
  let quoted = '';
  for (const byte of Buffer.from(word)) {
    const char = String.fromCharCode(byte);
    quoted += SAFE_BYTE.test(char) ? char : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${quoted}"`;
}

export const SERVER_IDENTITY: Command = ['display-message', '-p', '#{pid} #{version}'];

export const LIST_SESSIONS: Command = ['list-sessions', '-F', '#{session_name}'];

/** `1 %4` for a pane whose program has ended, `0 %5` for the others. */
export const LIST_PANES: Command = ['list-panes', '-a', '-F', '#{pane_dead} #{pane_id}'];

export const KILL_SERVER: Command = ['kill-server'];

/** `%4 1234 80 24 0`: id, pid, columns, rows and whether it is dead, one line for each pane. */
export function listPanes(id: SessionId): Command {
  const format = '#{pane_id} #{pane_pid} #{pane_width} #{pane_height} #{pane_dead}';
  return ['list-panes', '-s', '-t', `=${id}:`, '-F', format];
}

/**
 * Makes a session whose program is `sh <script>` in an empty environment. The argument vector is
 * executed as it is, since it has more than one word. `window-size manual` is set for the window
 * alone: as a global option it makes tmux 3.3a crash on the next new-session.
 */
export function newSession(
  id: SessionName,
  size: TerminalSize,
  script: string,
): readonly Command[] {
  const dimensions = ['-x', String(size.cols), '-y', String(size.rows)];
  const program = ['/usr/bin/env', '-i', '/bin/sh', script];
  return [
    ['new-session', '-d', '-s', id, ...dimensions, '--', ...program],
    ['set-option', '-w', '-t', `=${id}:`, 'window-size', 'manual'],
  ];
}

/** Of the active pane, which right after newSession is the only one: its id and its process. */
export function paneOf(id: SessionName): Command {
  return ['display-message', '-p', '-t', `=${id}:`, '#{pane_id} #{pane_pid}'];
}

/**
 * Connects the pane to a pair of FIFOs. In sh(1) a background job has /dev/null on its standard
 * input, so the one in the background is the cat that names its input. tmux expands formats and
 * strftime(3) in the shell command, hence no path in it: the shell takes it from the environment.
 * Where the FIFO is gone already, writing to its name would make a file and fill the disk.
 */
export function openPipe(target: SessionName | PaneId, tap: string): Command {
  const fifo = `"$${TAP_DIRECTORY_VARIABLE}"/${tap}`;
  const shell = `cat < ${fifo}.in & test -p ${fifo}.out && exec cat > ${fifo}.out`;
  return ['pipe-pane', '-I', '-O', '-t', targetOf(target), shell];
}

export function closePipe(pane: PaneId): Command {
  return ['pipe-pane', '-t', pane];
}

/**
 * The screen as seed.ts wants it: fields and modes, scrollback with wrapped lines joined, the
 * visible screen, the main screen while the alternate one is shown, the unfinished sequence.
 */
export function capture(pane: PaneId): readonly Command[] {
  return [
    ['display-message', '-p', '-t', pane, SEED_FORMAT],
    ['capture-pane', '-p', '-e', '-J', '-S', '-', '-E', '-1', '-t', pane],
    ['capture-pane', '-p', '-e', '-N', '-t', pane],
    ['capture-pane', '-p', '-e', '-N', '-a', '-q', '-t', pane],
    ['capture-pane', '-p', '-P', '-C', '-t', pane],
  ];
}

/**
 * Whether the program has ended, and how: `%4/0//`, `%4/1/<code>/` or `%4/1//<signal>`. For a pane
 * that is gone tmux prints the same without an id, or with another.
 */
export function paneEnd(pane: PaneId): Command {
  return ['display-message', '-p', '-t', pane, END_FORMAT];
}

export function resizeWindow(pane: PaneId, size: TerminalSize): Command {
  return ['resize-window', '-t', pane, '-x', String(size.cols), '-y', String(size.rows)];
}

/** Keeps private modes with the pane that tmux itself has no format for; see mode-memory.ts. */
export function rememberModes(pane: PaneId, modes: readonly number[]): Command {
  return ['set-option', '-p', '-t', pane, '@dashboard-modes', modes.join(',')];
}

/** Keeps with the server which queries it answers, so that it is asked once. */
export function rememberAnswers(kinds: readonly string[]): Command {
  return ['set-option', '-s', '@dashboard-answers', `asked ${kinds.join(' ')}`];
}

export const ANSWERS: Command = ['display-message', '-p', '#{@dashboard-answers}'];

/** Does nothing and is answered. */
export const NOTHING: Command = ['display-message', '-p', ''];

export function killPane(pane: PaneId): Command {
  return ['kill-pane', '-t', pane];
}

export function killSession(id: SessionName): Command {
  return ['kill-session', '-t', `=${id}`];
}

/**
 * tmux tells a control client nothing of the end of a pane in another session, so a hook writes the
 * pane's id into a FIFO. `1<>` does not wait for a reader; without the test it would make a file.
 */
export const TELL_ENDED_PANES: Command = ['set-hook', '-g', 'pane-died', tellEnded()];

function tellEnded(): string {
  const fifo = `"$${TAP_DIRECTORY_VARIABLE}"/${NOTICES_FIFO}`;
  return `run-shell -b '[ -p ${fifo} ] && echo ended #{hook_pane} 1<>${fifo}'`;
}

function targetOf(target: SessionName | PaneId): string {
  return target.startsWith('%') ? target : `=${target}:`;
}
