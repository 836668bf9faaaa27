/** Bounds of alerts: when one is told, how it is sent, how much waits. */
import { invariant } from '@dashboard/protocol/invariant';
import { ALERT_TEXT_CHARS_MAX, KiB } from '@dashboard/protocol/limits';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

// When.

/** What is over sooner is told to nobody: somebody answered, or the agent went on by itself. */
export const DWELL_MS = 5 * SECOND_MS;
/** Of one session and one kind; what stands longer is told when this is over. */
export const REPEAT_AFTER_MS = MINUTE_MS;
/** What stood longer when this process first saw it was told by the one before, or is old news. */
export const FRESH_MS = 2 * MINUTE_MS;
/** Tabs of which it is known what they show; the one heard of longest ago is forgotten. */
export const TABS_MAX = 2_000;

// How.

/** From the first look at the name to the head of the answer. */
export const SEND_TIMEOUT_MS = 10 * SECOND_MS;
/** Waits after a try that may succeed later, each ±20 %; after the last it has failed. */
export const RETRY_DELAYS_MS = [2 * SECOND_MS, 15 * SECOND_MS, MINUTE_MS] as const;
/** Retry-After of a receiver is heeded up to this. */
export const RETRY_AFTER_MS_MAX = 5 * MINUTE_MS;
/** Deliveries that wait, for their turn or for another try; one more is dropped, and counted. */
export const OUTBOX_MAX = 500;
export const SENDING_MAX = 8;
/** A push service keeps a message this long for a device that is off: a question of yesterday is none. */
export const PUSH_TTL_SECONDS = 12 * 60 * 60;
/** RFC 8030 7.2: what every push service takes, before encryption. */
export const PUSH_PAYLOAD_BYTES_MAX = 3_993;

/** Bytes of UTF-8 that a character of JSON can take: of a lone control character, \u0000. */
const BYTES_PER_CHAR = 6;

invariant(DWELL_MS < REPEAT_AFTER_MS, 'the dwell would make the pause between repeats pointless');
invariant(
  2 * ALERT_TEXT_CHARS_MAX * BYTES_PER_CHAR + KiB <= PUSH_PAYLOAD_BYTES_MAX,
  'an alert with long words would be refused by push services',
);
