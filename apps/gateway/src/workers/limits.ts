/** Bounds of what the gateway asks of a worker. */

/** To connect and to prove the key. Loopback: more means that nobody is there. */
export const CONNECT_TIMEOUT_MS = 2_000;
/** Requests under way to one worker; one more is refused with rate_limited. */
export const REQUESTS_OPEN_MAX = 256;
/** Between tries to reach a worker that is away; doubled from the first to the last, ±20 %. */
export const RETRY_MS = 50;
export const RETRY_MS_MAX = 2_000;
/** Starting a program waits for tmux and for the disk. */
export const CREATE_TIMEOUT_MS = 20_000;
/**
 * How often the worker is asked whether it is well, and how long it may take to say so: it may hang
 * without hanging up. A disk that is slow for a moment is no reason to give it up.
 */
export const ASK_ALIVE_EVERY_MS = 2_000;
export const ALIVE_TIMEOUT_MS = 4_000;
/** Of a file in one frame. */
export const UPLOAD_PIECE_BYTES_MAX = 64 * 1024;
/** From the last piece of a file to the worker's word that it is on disk. */
export const UPLOAD_END_TIMEOUT_MS = 10_000;
