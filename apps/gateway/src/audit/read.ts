/** Reads the audit trail for people: pages with a filter, and all of it, a line for each record. */
import type { AuditPage, AuditQuery } from '@dashboard/protocol/audit';
import { AUDIT_PAGE_RECORDS } from '@dashboard/protocol/limits';
import { openMoment } from '@dashboard/runtime/sqlite-beside';
import { CHECKED_AT_ONCE } from './limits.ts';
import { TrailTable } from './trail-table.ts';
import { parse } from './verify.ts';

export function pageOf(path: string, query: AuditQuery): AuditPage {
  const database = openMoment(path);
  try {
    const rows = new TrailTable(database).page(query);
    const shown = rows.slice(0, AUDIT_PAGE_RECORDS);
    const isLast = rows.length <= AUDIT_PAGE_RECORDS;
    return {
      records: shown.map(parse).filter((record) => record !== undefined),
      next: isLast ? null : String(shown.at(-1)?.number),
    };
  } finally {
    database.close();
  }
}

/** Oldest first, each with its hash, so that the chain can be proven without us. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  const database = openMoment(path);
  try {
    const table = new TrailTable(database);
    for (let number = 0; ;) {
      const rows = table.after(number, CHECKED_AT_ONCE);
      const [last] = rows.slice(-1);
      if (last === undefined) return;
      number = last.number;
      // The record as it was hashed: whoever wants to can hash it again.
      yield rows
        .map(({ record, hash }) => `${JSON.stringify({ hash: hash.toString('hex'), record })}\n`)
        .join('');
    }
  } finally {
    database.close();
  }
}
