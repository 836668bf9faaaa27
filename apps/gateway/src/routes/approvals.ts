/** What agents ask, and the answers: asked of the worker, and audited with where they came from. */
import { createHash } from 'node:crypto';
import type { Approval } from '@dashboard/protocol/approvals';
import type { FastifyInstance } from 'fastify';
import { audit } from '../audit/index.ts';
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
    const { session, tool } = approval;
    const { verdict } = answer;
    const what = { approval: id, session, verdict, tool, contentHash: contentHashOf(approval) };
    audit(request, viewer, { event: 'approval_answered', ...what });
    return approval;
  });
}

/** Of what was asked, as people were shown it. */
function contentHashOf({ kind, tool, subject, directory, subagent }: Approval): string {
  const content = JSON.stringify([kind, tool, subject, directory, subagent]);
  return createHash('sha256').update(content).digest('hex');
}
