/** Bounds of the worker's Unix sockets: the gateways', and that of hooks. */
import { invariant } from '@dashboard/protocol/invariant';

/** Connections at once: 100 sessions with six viewers each, and the gateways' own. */
export const CONNECTIONS_MAX = 1_000;
/** Connections that have not proven who they are; one more takes the place of the oldest. */
export const STRANGERS_MAX = 100;
/** A peer that has not hung up this long after we have is cut off when the worker stops. */
export const STOP_GRACE_MS = 1_000;
/** Requests of one gateway that are being answered; more wait in its socket. */
export const REQUESTS_MAX = 64;
/** Events kept for a gateway that returns: some minutes of a busy worker. */
export const FEED_EVENTS_MAX = 2_000;
/** What a feed connection may have queued before it is cut; the gateway then resumes by number. */
export const FEED_BACKLOG_BYTES_MAX = 4 * 1024 * 1024;

/** Hooks at once: each of 100 agents with a question open and a tool ending. */
export const HOOK_CONNECTIONS_MAX = 500;
/** Of what a hook tells; of more only the hook's name is taken. */
export const HOOK_BODY_BYTES_MAX = 1024 * 1024;
/** A longer one is cut off instead of being read to its end. */
export const HOOK_DRAINED_BYTES_MAX = 32 * 1024 * 1024;
/** A forwarder sends at once what it has. */
export const HOOK_HEADER_TIMEOUT_MS = 2_000;
export const HOOK_REQUEST_TIMEOUT_MS = 5_000;

invariant(HOOK_BODY_BYTES_MAX < HOOK_DRAINED_BYTES_MAX, 'a long hook would be a failed one');
