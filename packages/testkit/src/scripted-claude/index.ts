/** The program that plays Claude Code in tests. */
export { playClaude } from './main.ts';
export { CHARGES_FILE } from './meter.ts';
