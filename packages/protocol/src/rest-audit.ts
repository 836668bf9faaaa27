/** The rows of the REST table that are about the audit trail. */
import { AuditPage, AuditQuery, AuditVerdict } from './audit.ts';
import type { Endpoint } from './rest.ts';

/** All records, oldest first, one JSON object in each line: no row, since it is no JSON. */
export const AUDIT_EXPORT_PATH = '/api/audit/export';

export const AUDIT_REST = {
  listAudit: {
    method: 'GET',
    path: '/api/audit',
    summary: 'Who did what, newest first',
    access: 'owner',
    query: AuditQuery,
    status: 200,
    reply: AuditPage,
  },
  verifyAudit: {
    method: 'GET',
    path: '/api/audit/verification',
    summary: 'Whether the audit trail is whole, from its first record to its seal',
    access: 'owner',
    status: 200,
    reply: AuditVerdict,
  },
} as const satisfies Record<string, Endpoint>;
