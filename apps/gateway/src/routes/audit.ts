/** The audit trail for owners: pages, the proof that it is whole, and all of it as a file. */
import { Readable } from 'node:stream';
import { AUDIT_EXPORT_PATH } from '@dashboard/protocol/rest-audit';
import type { Clock } from '@dashboard/runtime/clock';
import type { FastifyInstance } from 'fastify';
import { audit, linesOf, pageOf, verifyTrail, type AuditTrail } from '../audit/index.ts';
import { route } from './endpoint.ts';

export interface AuditRoutes {
  readonly trail: AuditTrail;
  readonly clock: Clock;
}

export function auditRoutes(app: FastifyInstance, { trail, clock }: AuditRoutes): void {
  const { path, keyring } = trail;

  route(app, 'listAudit', async ({ query }) => {
    trail.flush();
    return pageOf(path, query);
  });
  // One at a time: whoever asks while it runs gets what it finds.
  let running: ReturnType<typeof verifyTrail> | undefined;
  route(app, 'verifyAudit', async () => {
    trail.flush();
    running ??= verifyTrail({ path, keyring, clock }).finally(() => (running = undefined));
    return await running;
  });
  app.get(AUDIT_EXPORT_PATH, { config: { access: 'owner' } }, async (request, reply) => {
    audit(request, request.viewer, { event: 'audit_exported' });
    trail.flush();
    return await reply
      .type('application/jsonl; charset=utf-8')
      .header('content-disposition', 'attachment; filename="audit.jsonl"')
      .send(Readable.from(linesOf(path)));
  });
}
