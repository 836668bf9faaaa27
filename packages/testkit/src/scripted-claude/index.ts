/** The program that plays Claude Code in tests. */
export { LIMITS_FILE } from './account.ts';
export { playClaude } from './main.ts';
export { CHARGES_FILE } from './meter.ts';
