/** Bounds of what is counted and kept of usage. */
import { invariant } from '@dashboard/protocol/invariant';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Hours of single sessions are kept so long; then they become days of a project and a model. */
export const USAGE_SESSION_DAYS_KEPT = 40;
/** Days are kept so long. */
export const USAGE_DAYS_KEPT = 400;
/** Messages that are remembered, so that a line that comes again is not counted again; the oldest go. */
export const USAGE_MESSAGES_MAX = 300_000;
/** How often what was counted is written down: one write to the disk for all sessions. */
export const USAGE_SWEEP_MS = 2_000;
/** Counted and not written down, when the disk takes nothing: then transcripts are read no further. */
export const PENDING_MAX = 20_000;
/** How often what is old is folded and forgotten. */
export const USAGE_TIDY_MS = HOUR_MS;
/** The burn rate is of so many minutes. */
export const BURN_MINUTES = 60;

/** Models of one conversation, projects and models that metrics tell apart; more are `other`. */
export const MODELS_OF_CONVERSATION_MAX = 20;
export const METRIC_MODELS_MAX = 8;
export const METRIC_PROJECTS_MAX = 10;

/** Dollars that are none: sums of many small numbers are not exact. */
export const DOLLARS_NONE = 1e-9;

invariant(USAGE_SESSION_DAYS_KEPT < USAGE_DAYS_KEPT, 'an hour would be gone before it is folded');
