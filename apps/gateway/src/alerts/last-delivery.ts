/** How the newest delivery went, as a column of the database holds it. */
import { Delivery } from '@dashboard/protocol/alerts';
import { Value } from 'typebox/value';

/** What another release wrote and this one does not understand is not known. */
export function lastOf(column: string | null): Delivery | null {
  const stored: unknown = column === null ? null : JSON.parse(column);
  return Value.Check(Delivery, stored) ? stored : null;
}
