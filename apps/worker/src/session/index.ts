/**
 * A terminal session: a pane, the last of its output, its screen, and the viewers attached to it.
 *
 *   SessionTable  all sessions; the only way to make one, and what finds them after a restart
 *   LostSessions  resumes what the machine took along, where that is wanted
 *   Session       one pane, its log of output, its screen, how it ended
 *   ViewerInbox   one viewer's tie to a session: what it sends, and the Attachment that it is sent
 *
 * What a session needs of a terminal, a screen and a database is in ports.ts. Nothing in this folder
 * knows tmux, node-pty, SQLite or a socket.
 */
export type { AttachmentSink } from './attachment.ts';
export type * from './ports.ts';
export type { Session } from './session.ts';
export { LostSessions } from './resume-lost.ts';
export { SessionTable } from './session-table.ts';
export type { Launcher, Prepared, TableObserver } from './table-ports.ts';
export { ViewerInbox } from './viewer-inbox.ts';
