/**
 * The Unix socket on which gateways reach this worker. Each connection proves the key and says what
 * it is for: requests and their answers, the feed of events, or exactly one viewer's attachment.
 *
 *   HookSocket  the second socket, on which agents tell what they do
 */
export { makeAnswers } from './answers.ts';
export { HookSocket } from './hook-socket.ts';
export { claimSocket } from './listen-privately.ts';
export { SocketServer } from './socket-server.ts';
export type { AttachmentObserver } from './attachment-connection.ts';
export type { Answers, RequestObserver } from './request-connection.ts';
