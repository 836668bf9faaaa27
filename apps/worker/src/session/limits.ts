/** Bounds of one session and its attachments. What viewers rely on too is in @dashboard/protocol/limits. */
import { CREDIT_BYTES_MAX, KiB, MiB } from '@dashboard/protocol/limits';
import { invariant } from '@dashboard/protocol/invariant';

/** The output log grows and shrinks by this much. */
export const SLAB_BYTES = 64 * KiB;
/** Output kept while somebody watches: 5 s of a gateway's absence at 400 KB/s. */
export const LOG_WATCHED_BYTES = 2 * MiB;
/** Output kept when nobody has watched for LOG_WATCHED_GRACE_MS; the screen has the rest. */
export const LOG_UNWATCHED_BYTES = 256 * KiB;
export const LOG_WATCHED_GRACE_MS = 60_000;

/** A session that was resumed so often within this time, and is lost once more, is left to a person. */
export const LOST_RESUMES_MAX = 3;
export const LOST_RESUMES_WITHIN_MS = 10 * 60_000;

/** Output that has been idle this long is sent at once; otherwise with all that is waiting now. */
export const OUTPUT_IDLE_MS = 2;

/** A viewer this far behind for LAG_GRACE_MS is redrawn instead of being sent it all. */
export const LAG_BYTES_MAX = 1 * MiB;
export const LAG_GRACE_MS = 250;
/** Redraws of one viewer are at least this far apart. */
export const RESYNC_EVERY_MS = 100;

/**
 * The program is held up when this much waits for the quickest viewer beyond its credit, until less
 * does: whoever presses ^C in a flood waits for all of it to be parsed.
 */
export const PAUSE_AT_BYTES = 256 * KiB;
export const RESUME_AT_BYTES = 64 * KiB;
/**
 * What nobody watches is taken this much at a time, HELD_UP_CHECK_MS apart: 12 MB/s. A program that
 * floods unseen would otherwise take the processor away from those who type elsewhere.
 */
export const UNWATCHED_BYTES_AT_ONCE = 128 * KiB;
/** A viewer that owes an acknowledgement for longer holds nobody up. */
export const HOLDS_UP_MS = 2_000;
/** A program that is held up is looked at again this often. */
export const HELD_UP_CHECK_MS = 10;

/** Bytes a screen may be behind. Past it the program waits, or the screen is drawn anew by tmux. */
export const SCREEN_LAG_BYTES_MAX = 4 * MiB;
export const SCREEN_LAG_BYTES_LOW = 1 * MiB;

/** An accepted key is acknowledged with the output that follows, or after this long. */
export const INPUT_ACK_DELAY_MS = 20;
/** Input the program does not read; more from a viewer is not acknowledged until it does. */
export const INPUT_PENDING_BYTES_MAX = 64 * KiB;
/** Viewers whose accepted input is remembered, so that nothing is typed twice after they return. */
export const INPUT_LEDGER_VIEWERS_MAX = 1_000;

/**
 * A worker that starts tries to take over panes for this long, all together, when tmux does not
 * answer or no file can be opened; whatever it has not reached then it tries with every sweep.
 */
export const ADOPT_AGAIN_FOR_MS = 5_000;
export const ADOPT_PAUSE_MS = 250;

export const ATTACHMENTS_MAX = 600;
/** A burst of window sizes becomes one resize of the pane. */
export const RESIZE_DEBOUNCE_MS = 120;

/** The list of sessions learns of a changed screen this often. */
export const PREVIEW_EVERY_MS = 500;
/** A screen nobody has needed for this long is put to sleep; it is checked this often. */
export const HIBERNATE_AFTER_MS = 60_000;
export const SWEEP_EVERY_MS = 15_000;
/** What the disk has refused is written again; each session holds its record and one screen until then. */
export const KEEP_AGAIN_AFTER_MS = 5_000;
/** What does not end on a hangup within this time is killed. */
export const END_GRACE_MS = 5_000;

/** Ended sessions that are kept with their last screen; the oldest beyond are forgotten. */
export const ENDED_SESSIONS_MAX = 500;

/** Keys of requests that made a session, so that a repeated request makes no second one. */
export const IDEMPOTENCY_KEYS_MAX = 1_000;

invariant(LAG_BYTES_MAX < LOG_WATCHED_BYTES, 'a viewer would fall out of the log before it lags');
invariant(RESUME_AT_BYTES < PAUSE_AT_BYTES, 'a held-up program would never go on');
invariant(
  CREDIT_BYTES_MAX <= LOG_WATCHED_BYTES,
  'unacknowledged output could be gone from the log',
);
invariant(SCREEN_LAG_BYTES_LOW < SCREEN_LAG_BYTES_MAX, 'a held-up program would never go on');
