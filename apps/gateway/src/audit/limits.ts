/** Bounds of the audit trail. */
import { invariant } from '@dashboard/protocol/invariant';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What was done is in the log at once, and in the trail after this: one write for all of a moment. */
export const FLUSH_AFTER_MS = 200;
/** While the database takes nothing, it is tried again this often. */
export const RETRY_AFTER_MS = SECOND_MS;
/** Records of one transaction: two milliseconds in which no key is relayed. */
export const BATCH_RECORDS = 100;
/** Waiting to be written; one more is counted, and the count becomes a record. It is in the log all the same. */
export const WAITING_RECORDS_MAX = 10_000;
/** Older ones are forgotten, and the seal says where the chain begins then. */
export const KEPT_MS = 400 * DAY_MS;
/** About 400 MB; more, and the oldest are forgotten. */
export const KEPT_RECORDS_MAX = 1_000_000;
/** Forgetting is looked after this often, so many records at a time. */
export const FORGET_EVERY_MS = HOUR_MS;
export const FORGET_RECORDS = 1_000;
/** Where the chain ends is told in the log this often: what is kept elsewhere, nobody here can change. */
export const TELL_HEAD_EVERY_MS = 10 * MINUTE_MS;
/** Records that are looked at before somebody else has a turn. */
export const CHECKED_AT_ONCE = 200;
/** Refused requests are counted by rule and network for this long, and become one record each. */
export const REFUSALS_COUNTED_MS = MINUTE_MS;
/** Counted apart in that time; further ones are counted together. */
export const REFUSALS_APART_MAX = 50;

invariant(FORGET_RECORDS < KEPT_RECORDS_MAX, 'all would be forgotten at once');
