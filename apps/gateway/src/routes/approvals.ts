/** What agents ask, and the answers: asked of the worker, and audited with where they came from. */
import type { FastifyInstance } from 'fastify';
import type { Worker } from '../workers/index.ts';
import { route } from './endpoint.ts';
import { contextOf } from './request-context.ts';

export function approvalRoutes(app: FastifyInstance, { worker }: { worker: Worker }): void {
  route(app, 'listApprovals', async ({ viewer, request }) => {
    return await worker.call('approvals.list', {}, contextOf(viewer, request));
  });
  route(app, 'answerApproval', async ({ params: { id }, body: answer, viewer, request }) => {
    const approval = await worker.call(
      'approvals.answer',
      { id, answer },
      contextOf(viewer, request),
    );
    const { userId, name: person, loginId } = viewer;
    const line = { event: 'approval_answered', approval: id, session: approval.session };
    const who = { userId, person, loginId, address: request.ip };
    request.log.info({ ...line, ...who, verdict: answer.verdict }, 'a person answered an agent');
    return approval;
  });
}
