/** Bounds of what is asked of a store of secrets. */

/** How often it is asked; a key that was exchanged there signs within this and 5 s more. */
export const SECRETS_EVERY_MS = 60_000;
/** Of one request. */
export const ASK_TIMEOUT_MS = 5_000;
/** At the start; later the next turn is the next try. */
export const ASK_TRIES_MAX = 3;
/** Before the second try; twice as long before the third. */
export const ASK_RETRY_MS = 500;
/** A document of secrets is a few hundred bytes; AWS keeps none beyond 64 KiB. */
export const REPLY_BYTES_MAX = 65_536;
