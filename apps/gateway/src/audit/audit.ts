/**
 * The one door through which every audited act goes, with who it was: a line of its own stream at
 * once, and a record of the trail a moment later.
 */
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../auth/index.ts';
import { AUDIT_WORDS, type AuditedAct } from './acts.ts';
import type { AuditTrail } from './trail.ts';

/** Null where nobody is logged in: a login that was refused, for one. */
export type Actor = Pick<Viewer, 'userId' | 'name' | 'loginId'> | null;

declare module 'fastify' {
  interface FastifyInstance {
    auditTrail: Pick<AuditTrail, 'add'>;
  }
}

/** Called once the act is done: what was refused did not happen. */
export function audit(request: FastifyRequest, actor: Actor, act: AuditedAct): void {
  // A level of its own: LOG_LEVEL says how much is told of the machine, not whether people are named.
  const stream = request.log.child({ log: 'audit' }, { level: 'info' });
  const who = { userId: actor?.userId, person: actor?.name, loginId: actor?.loginId };
  const fields = { ...act, ...who, address: request.ip };
  stream.info(fields, AUDIT_WORDS[act.event]);
  request.server.auditTrail.add({ ...fields, requestId: request.id });
}
