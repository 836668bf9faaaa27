/** Bounds of the relay between browsers and the worker. */
import { invariant } from '@dashboard/protocol/invariant';
import { KiB } from '@dashboard/protocol/limits';

/** Bytes queued for one browser at which its worker connection is read no further … */
export const BROWSER_HIGH_WATER_BYTES = 256 * KiB;
/** … until fewer than this are left. */
export const BROWSER_LOW_WATER_BYTES = 64 * KiB;
/** A browser that was sent something and is not heard for this long is cut off … */
export const STALLED_AFTER_MS = 10_000;
/** … after it was asked with a ping, which it answers even when it has nothing to acknowledge. */
export const ASK_AFTER_MS = 5_000;
export const HEARTBEAT_CHECK_EVERY_MS = 1_000;
/** A line on which a snapshot takes longer than this allows is of no use for a terminal. */
export const SNAPSHOT_BYTES_PER_S_MIN = 32 * KiB;

/** A key that has printed nothing for so long has no echo: a password, a key that means nothing. */
export const ECHO_MS_MAX = 5_000;

/** Terminal sockets of one login: several windows full of tabs. */
export const RELAYS_PER_LOGIN_MAX = 100;
/** Of one address (a /64 of IPv6), behind which a whole office may sit: it leaves room for others. */
export const RELAYS_PER_ADDRESS_MAX = 600;
/** Of this gateway. */
export const RELAYS_MAX = 1_000;

/** A connection on which nothing happens is asked this often whether anybody is there. */
export const PING_EVERY_MS = 15_000;
/** When the gateway stops and none takes over, pages come back within this time, each at another moment. */
export const DRAIN_SPREAD_MS = 2_000;
/** Sent to a browser before its socket is closed; what it has not read by then is lost to it. */
export const CLOSE_TIMEOUT_MS = 1_000;
/** A worker that has not hung up this long after we have is cut off: it is stuck, or gone. */
export const LEAVE_TIMEOUT_MS = 1_000;

invariant(
  BROWSER_LOW_WATER_BYTES < BROWSER_HIGH_WATER_BYTES,
  'a paused connection would never be read again',
);
invariant(
  RELAYS_PER_LOGIN_MAX < RELAYS_PER_ADDRESS_MAX && RELAYS_PER_ADDRESS_MAX < RELAYS_MAX,
  'one login, or one address, could keep everybody else out',
);
invariant(
  ASK_AFTER_MS + HEARTBEAT_CHECK_EVERY_MS < STALLED_AFTER_MS,
  'a browser would be cut off before it could answer',
);
