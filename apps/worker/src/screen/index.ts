/**
 * Parsed screens of sessions, off the live path: snapshots for viewers, text for lists, answers for
 * programs. Parsing is done by xterm.js in threads of its own.
 *
 *   ScreenThreads   makes screens (ScreenFactory of session/ports.ts) and owns the threads
 *
 * In a thread, bytes go: ScreenTask → Emulator → Hold (nothing half) → xterm.js; a snapshot comes
 * back from rows, cursors, modes, titles and colours.
 */
export { ScreenThreads, type ScreenThreadsOptions } from './screen-threads.ts';
