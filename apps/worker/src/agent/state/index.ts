/** From signals to what an agent is said to do; nothing here reads a file or a clock. */
export { TOLD_ASIDE } from './hook-rules.ts';
export { beginning, withStatus, type Mind } from './mind.ts';
export { reduce } from './reduce.ts';
export type * from './signals.ts';
export { words, wordsOrNull } from './words.ts';
