/** Rows of the REST table: what agents are to do next, and files for them. */
import { Type } from 'typebox';
import { PromptIdSchema, SessionIdSchema } from './ids.ts';
import {
  ChangePrompt,
  PromptList,
  QueuedPrompt,
  QueuePrompt,
  Uploaded,
  UploadName,
} from './prompts.ts';
import type { Endpoint } from './rest.ts';

const SessionParams = Type.Object({ id: SessionIdSchema }, { additionalProperties: false });
const PromptParams = Type.Object(
  { id: SessionIdSchema, prompt: PromptIdSchema },
  { additionalProperties: false },
);

export const PROMPT_REST = {
  listPrompts: {
    method: 'GET',
    path: '/api/sessions/:id/prompts',
    summary: 'What waits for the agent of a session, in order, behind what it took last',
    access: 'observer',
    params: SessionParams,
    status: 200,
    reply: PromptList,
  },
  queuePrompt: {
    method: 'POST',
    path: '/api/sessions/:id/prompts',
    summary: 'Give an agent a prompt once it is idle; the same id again queues nothing more',
    access: 'operator',
    params: SessionParams,
    body: QueuePrompt,
    status: 201,
    reply: QueuedPrompt,
  },
  changePrompt: {
    method: 'PATCH',
    path: '/api/sessions/:id/prompts/:prompt',
    summary: 'Other words or another place while it is queued; once more after a failure',
    access: 'operator',
    params: PromptParams,
    body: ChangePrompt,
    status: 200,
    reply: QueuedPrompt,
  },
  withdrawPrompt: {
    method: 'DELETE',
    path: '/api/sessions/:id/prompts/:prompt',
    summary: 'Take a prompt out of the queue',
    access: 'operator',
    params: PromptParams,
    status: 204,
  },
  uploadFile: {
    method: 'POST',
    path: '/api/sessions/:id/uploads',
    summary: 'Lay a file where the agent of a session can read it; the body is the file',
    access: 'operator',
    params: SessionParams,
    query: Type.Object({ name: UploadName }, { additionalProperties: false }),
    media: 'application/octet-stream',
    status: 201,
    reply: Uploaded,
  },
} as const satisfies Record<string, Endpoint>;
