/** Bounds of backups: how long their parts may be, and how long is waited for a bucket. */

const SECOND_MS = 1_000;
const DAY_MS = 24 * 3_600 * SECOND_MS;

/** What a try left behind that was killed; a younger one may still be under way. */
export const UNFINISHED_KEPT_MS = DAY_MS;
/** So long a backup stays whatever the retention says … */
export const RECENT_MS = 3_600 * SECOND_MS;
/** … but no more of them than this. */
export const RECENT_MAX = 10;
/** A longer manifest is none of ours. */
export const MANIFEST_BYTES_MAX = 64 * 1024;
/** S3 takes no more in one request. A database of ours has a few megabytes. */
export const OBJECT_BYTES_MAX = 5 * 1024 ** 3;
/** For one request to S3, upload included. */
export const S3_TIMEOUT_MS = 10 * 60 * SECOND_MS;
export const S3_TRIES_MAX = 3;
/** Before the second try; twice as long before the third. */
export const S3_RETRY_MS = SECOND_MS;
/** Of a list or an error from there. */
export const S3_REPLY_BYTES_MAX = 1024 * 1024;
/** Backups that are listed there: ten years of daily ones. */
export const OFFSITE_BACKUPS_MAX = 5_000;
/** The time on the wall is looked at this often: it may be put right while a schedule waits. */
export const SCHEDULE_CHECK_MS = 30 * SECOND_MS;
