/** Says in the log what a person did that others may ask about later, and who that was. */
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../auth/index.ts';

export interface AuditedAct {
  readonly event: string;
  /** Ids, roles, counts; never a secret. */
  readonly [detail: string]: string | number | boolean | undefined;
}

export function audit(
  request: FastifyRequest,
  { userId, name: person, loginId }: Viewer,
  act: AuditedAct,
): void {
  const who = { userId, person, loginId, address: request.ip };
  request.log.info({ ...act, ...who }, 'a person changed who may come in');
}
