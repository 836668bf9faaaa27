/** Bounds of the smoke test. */

/** A step of which nothing was heard for so long has failed. */
export const SMOKE_STEP_MS_MAX = 15_000;
