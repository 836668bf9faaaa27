/** What is looked for in the audit trail: as a form holds it, and as the gateway is asked. */
import type { AuditQuery } from '@dashboard/protocol/audit';

/** As a form holds it: empty is everybody, everything, always. Days are days of UTC, both included. */
export interface AuditFilter {
  readonly person: string;
  readonly event: string;
  readonly fromDay: string;
  readonly untilDay: string;
}

const DAY_MS = 86_400_000;

/** What somebody types as they read it: "Login refused" is login_refused. */
export function queryOf({ person, event, fromDay, untilDay }: AuditFilter): AuditQuery {
  const name = event.trim().toLowerCase().replace(/\s+/g, '_');
  return {
    ...(person.trim() === '' ? {} : { person: person.trim() }),
    ...(name === '' ? {} : { event: name }),
    ...(fromDay === '' ? {} : { from: new Date(Date.parse(fromDay)).toISOString() }),
    ...(untilDay === '' ? {} : { until: new Date(Date.parse(untilDay) + DAY_MS).toISOString() }),
  };
}
