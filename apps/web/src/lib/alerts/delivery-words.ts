/** How the newest delivery went, in words. */
import type { Delivery } from '@dashboard/protocol/alerts';
import { ago } from '../ui/since.ts';

/** "Delivered 4 min ago (answered 201)". */
export function deliveryWords(last: Delivery | null, nowMs: number): string {
  if (last === null) return 'Nothing sent yet';
  const how = last.outcome === 'delivered' ? 'Delivered' : 'Failed';
  return `${how} ${ago(nowMs - last.atMs)} (${last.reason})`;
}
