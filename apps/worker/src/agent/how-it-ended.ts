/** How a program ended, in words. */
import type { PaneExit } from '../session/ports.ts';

export function howItEnded(how: PaneExit | 'lost'): string {
  if (how === 'lost') return 'its terminal vanished, and nobody saw how';
  if (how.signal !== null) return `ended by signal ${how.signal}`;
  if (how.code !== null) return `ended with exit code ${how.code}`;
  return 'the program has ended';
}
