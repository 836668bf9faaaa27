/**
 * Whether the worker answers on its socket: it speaks first, so its greeting is the proof that its
 * event loop turns. Argument: the socket's path. Exit code 0 or 1, for HEALTHCHECK.
 */
import { connect } from 'node:net';

const TIMEOUT_MS = 3_000;

const socket = connect(process.argv[2] ?? '');
AbortSignal.timeout(TIMEOUT_MS).addEventListener('abort', () => process.exit(1));
socket.once('data', () => process.exit(0));
for (const failure of ['error', 'close']) socket.once(failure, () => process.exit(1));
