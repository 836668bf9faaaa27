/** What a gateway may ask a worker, one method a row. A request and its answer are JSON frames. */
import { Type, type Static, type TSchema } from 'typebox';
import { Approval, ApprovalAnswer } from '../approvals.ts';
import { ConversationPage, ConversationQuery } from '../conversations.ts';
import { DoctorReport } from '../doctor.ts';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import { ApprovalIdSchema, PromptIdSchema, SessionIdSchema } from '../ids.ts';
import { ChangePrompt, PromptList, QueuedPrompt, QueuePrompt } from '../prompts.ts';
import type { Role } from '../roles.ts';
import {
  CreateSession,
  DirectoryListing,
  DirectoryPath,
  ProfileSummary,
  SessionName,
  SessionSummary,
} from '../sessions.ts';
import { UsageQuery, UsageReport } from '../usage.ts';
import { Repository } from '../worktrees.ts';
import { Asker } from './handshake.ts';

interface Method {
  /** Least role of the asker; checked by the gateway, and here again. */
  readonly access: Role;
  readonly params: TSchema;
  readonly result: TSchema;
}

const Nothing = Type.Object({}, { additionalProperties: false });
const OnePrompt = { session: SessionIdSchema, id: PromptIdSchema };
const OneSession = Type.Object({ id: SessionIdSchema }, { additionalProperties: false });

export const WorkerHealth = Type.Object(
  {
    release: Type.String(),
    pid: Type.Integer(),
    uptimeMs: Type.Integer({ minimum: 0 }),
    sessions: Type.Integer({ minimum: 0 }),
    engines: Type.Array(Type.String()),
    /** Its version, and the memory it takes; a worker of before does not tell. */
    node: Type.Optional(Type.String()),
    rssBytes: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: true }, // a newer worker may tell more
);
export type WorkerHealth = Readonly<Static<typeof WorkerHealth>>;

export const METHODS = {
  'sessions.list': {
    access: 'observer',
    params: Nothing,
    result: Type.Object({ sessions: Type.Array(SessionSummary) }),
  },
  'sessions.get': { access: 'observer', params: OneSession, result: SessionSummary },
  'sessions.create': {
    access: 'operator',
    params: Type.Object(
      {
        session: CreateSession,
        /** The same key twice makes one session, as long as the worker remembers it. */
        idempotencyKey: Type.Optional(Type.String({ maxLength: 64 })),
      },
      { additionalProperties: false },
    ),
    result: SessionSummary,
  },
  'sessions.rename': {
    access: 'operator',
    params: Type.Object(
      { id: SessionIdSchema, name: SessionName },
      { additionalProperties: false },
    ),
    result: SessionSummary,
  },
  'sessions.end': { access: 'operator', params: OneSession, result: SessionSummary },
  'sessions.resume': { access: 'operator', params: OneSession, result: SessionSummary },
  'sessions.trust': { access: 'operator', params: OneSession, result: SessionSummary },
  'sessions.remove': { access: 'operator', params: OneSession, result: Nothing },
  'approvals.list': {
    access: 'observer',
    params: Nothing,
    result: Type.Object({ approvals: Type.Array(Approval) }),
  },
  'approvals.answer': {
    access: 'operator',
    params: Type.Object(
      { id: ApprovalIdSchema, answer: ApprovalAnswer },
      { additionalProperties: false },
    ),
    result: Approval,
  },
  'conversations.list': {
    access: 'operator',
    params: ConversationQuery,
    result: ConversationPage,
  },
  'prompts.list': { access: 'observer', params: OneSession, result: PromptList },
  'prompts.queue': {
    access: 'operator',
    params: Type.Object(
      { session: SessionIdSchema, prompt: QueuePrompt },
      { additionalProperties: false },
    ),
    result: QueuedPrompt,
  },
  'prompts.change': {
    access: 'operator',
    params: Type.Object({ ...OnePrompt, change: ChangePrompt }, { additionalProperties: false }),
    result: QueuedPrompt,
  },
  'prompts.withdraw': {
    access: 'operator',
    params: Type.Object(OnePrompt, { additionalProperties: false }),
    result: Nothing,
  },
  usage: { access: 'observer', params: UsageQuery, result: UsageReport },
  'profiles.list': {
    access: 'operator',
    params: Nothing,
    result: Type.Object({ profiles: Type.Array(ProfileSummary) }),
  },
  'directories.list': {
    access: 'operator',
    params: Type.Object({ path: Type.Optional(DirectoryPath) }, { additionalProperties: false }),
    result: DirectoryListing,
  },
  'repositories.get': {
    access: 'operator',
    params: Type.Object({ path: DirectoryPath }, { additionalProperties: false }),
    result: Repository,
  },
  doctor: {
    access: 'operator',
    params: Type.Object(
      { directory: Type.Optional(DirectoryPath) },
      { additionalProperties: false },
    ),
    result: DoctorReport,
  },
  health: { access: 'observer', params: Nothing, result: WorkerHealth },
  /** In the text format of Prometheus. */
  metrics: { access: 'observer', params: Nothing, result: Type.Object({ text: Type.String() }) },
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof METHODS;
export type ParamsOf<N extends MethodName> = Static<(typeof METHODS)[N]['params']>;
export type ResultOf<N extends MethodName> = Static<(typeof METHODS)[N]['result']>;

export function isMethodName(text: string): text is MethodName {
  return Object.hasOwn(METHODS, text);
}

export const WorkerRequest = Type.Object(
  {
    /** Chosen by the asker, unique among what is open on this connection. */
    id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    method: Type.String({ maxLength: 64 }),
    params: Type.Unknown(),
    by: Asker,
    /** Of the browser's request, for the logs of both processes. */
    requestId: Type.String({ maxLength: 64 }),
  },
  { additionalProperties: false },
);
export type WorkerRequest = Readonly<Static<typeof WorkerRequest>>;

export const WorkerResponse = Type.Union([
  Type.Object({ id: Type.Integer(), result: Type.Unknown() }, { additionalProperties: false }),
  Type.Object(
    {
      id: Type.Integer(),
      error: Type.Object(
        {
          code: Type.Unsafe<ErrorCode>(Type.String({ enum: [...ERROR_CODES] })),
          message: Type.String(),
        },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
]);
export type WorkerResponse = Readonly<Static<typeof WorkerResponse>>;
