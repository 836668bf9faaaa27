/** What both engines need before a program runs; the ports themselves are in session/ports.ts. */
export { requireLaunchable } from './launch-check.ts';
export { readBuffer } from './read-buffer.ts';
