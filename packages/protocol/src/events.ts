/**
 * What the page is told as it happens: one Server-Sent-Events stream a tab. Each event has an id;
 * a tab that returns with Last-Event-ID gets what it missed, or `reset` when that is no longer known.
 */
import { Type, type Static } from 'typebox';
import { Alert } from './alerts.ts';
import { Approval, ApprovalOutcome } from './approvals.ts';
import { ApprovalIdSchema, PromptIdSchema, SessionIdSchema } from './ids.ts';
import { QueuedPrompt } from './prompts.ts';
import { SessionSummary } from './sessions.ts';

/** A session is new or has changed; the whole of it, so that a lost event does no harm. */
const SessionChanged = Type.Object(
  { type: Type.Literal('session'), session: SessionSummary },
  { additionalProperties: false },
);

const SessionRemoved = Type.Object(
  { type: Type.Literal('session_removed'), id: SessionIdSchema },
  { additionalProperties: false },
);

/** An agent asks, or was answered and has not shown yet that it heard it; the whole of it. */
const ApprovalChanged = Type.Object(
  { type: Type.Literal('approval'), approval: Approval },
  { additionalProperties: false },
);

/** Nobody can answer this any more, and how that came. */
const ApprovalRetired = Type.Object(
  {
    type: Type.Literal('approval_retired'),
    id: ApprovalIdSchema,
    session: SessionIdSchema,
    outcome: ApprovalOutcome,
  },
  { additionalProperties: false },
);

/** A prompt is queued or has changed; the whole of it. */
const PromptChanged = Type.Object(
  { type: Type.Literal('prompt'), prompt: QueuedPrompt },
  { additionalProperties: false },
);

/** It was withdrawn. */
const PromptRemoved = Type.Object(
  { type: Type.Literal('prompt_removed'), id: PromptIdSchema, session: SessionIdSchema },
  { additionalProperties: false },
);

/** Whether the gateway reaches the worker. Sessions go on either way. */
const WorkerReached = Type.Object(
  { type: Type.Literal('worker'), isConnected: Type.Boolean() },
  { additionalProperties: false },
);

/** For the person whose stream it is, and told once: a page may make a sound. */
const Alerted = Type.Object(
  { type: Type.Literal('alert'), alert: Alert },
  { additionalProperties: false },
);

/** Events may have been missed: fetch everything anew. */
const Reset = Type.Object({ type: Type.Literal('reset') }, { additionalProperties: false });

export const SessionEvent = Type.Union([SessionChanged, SessionRemoved]);
export type SessionEvent = Readonly<Static<typeof SessionEvent>>;

export const ApprovalEvent = Type.Union([ApprovalChanged, ApprovalRetired]);
export type ApprovalEvent = Readonly<Static<typeof ApprovalEvent>>;

export const PromptEvent = Type.Union([PromptChanged, PromptRemoved]);
export type PromptEvent = Readonly<Static<typeof PromptEvent>>;

/** What the worker's own feed carries. */
export const WorkerEvent = Type.Union([
  SessionChanged,
  SessionRemoved,
  ApprovalChanged,
  ApprovalRetired,
  PromptChanged,
  PromptRemoved,
]);
export type WorkerEvent = Readonly<Static<typeof WorkerEvent>>;

export const DashboardEvent = Type.Union([
  SessionChanged,
  SessionRemoved,
  ApprovalChanged,
  ApprovalRetired,
  PromptChanged,
  PromptRemoved,
  WorkerReached,
  Alerted,
  Reset,
]);
export type DashboardEvent = Readonly<Static<typeof DashboardEvent>>;
