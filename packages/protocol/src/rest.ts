/** The REST contract: one table gives the gateway its validation, the page its calls, ops its OpenAPI. */
import { Type, type Static, type TSchema } from 'typebox';
import { Approval, ApprovalAnswer } from './approvals.ts';
import { ConversationPage, ConversationQuery } from './conversations.ts';
import { DoctorReport } from './doctor.ts';
import { ApprovalIdSchema, SessionIdSchema } from './ids.ts';
import { Credentials, Me, Setup, SetupState } from './people.ts';
import { ALERT_REST } from './rest-alerts.ts';
import { AUDIT_REST } from './rest-audit.ts';
import { INVITATION_REST } from './rest-invitations.ts';
import { PASSKEY_REST } from './rest-passkeys.ts';
import { PEOPLE_REST } from './rest-people.ts';
import { PROMPT_REST } from './rest-prompts.ts';
import type { Role } from './roles.ts';
import {
  CreateSession,
  DirectoryListing,
  DirectoryPath,
  ProfileSummary,
  RenameSession,
  SessionSummary,
} from './sessions.ts';
import { CreatedTicket, CreateTicket } from './terminal/subprotocol.ts';
import { UsageQuery, UsageReport } from './usage.ts';
import { Repository } from './worktrees.ts';

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Fastify's form: `:id` stands for a parameter. */
  readonly path: string;
  readonly summary: string;
  /** Least role that may call; `public` needs no login. */
  readonly access: Role | 'public';
  /** Only for a login that has lately proven who it is; otherwise proof_needed. */
  readonly needsProof?: true;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Of a body that is no JSON and goes through as it comes. */
  readonly media?: 'application/octet-stream';
  /** Status and body of success; a body of undefined is 204. */
  readonly status: 200 | 201 | 204;
  readonly reply?: TSchema;
}

const SessionParams = Type.Object({ id: SessionIdSchema }, { additionalProperties: false });
const ApprovalParams = Type.Object({ id: ApprovalIdSchema }, { additionalProperties: false });

/** Header of requests that create: the same key twice makes one thing. UUIDv4 or ULID suggested. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';
export const IdempotencyKey = Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' });

export const REST = {
  setupState: {
    method: 'GET',
    path: '/api/setup',
    summary: 'Whether the first owner is still to be made',
    access: 'public',
    status: 200,
    reply: SetupState,
  },
  setup: {
    method: 'POST',
    path: '/api/setup',
    summary: 'Make the first owner with the token that the server printed, and log in',
    access: 'public',
    body: Setup,
    status: 201,
    reply: Me,
  },
  login: {
    method: 'POST',
    path: '/api/login',
    summary: 'Log in; sets the cookies',
    access: 'public',
    body: Credentials,
    status: 200,
    reply: Me,
  },
  refresh: {
    method: 'POST',
    path: '/api/refresh',
    summary: 'Exchange the refresh cookie for new cookies',
    access: 'public',
    status: 200,
    reply: Me,
  },
  logout: {
    method: 'POST',
    path: '/api/logout',
    summary: 'End this login; its sockets close',
    access: 'observer',
    status: 204,
  },
  me: {
    method: 'GET',
    path: '/api/me',
    summary: 'Who is logged in',
    access: 'observer',
    status: 200,
    reply: Me,
  },
  ...PEOPLE_REST,
  ...PASSKEY_REST,
  ...AUDIT_REST,
  ...INVITATION_REST,
  listSessions: {
    method: 'GET',
    path: '/api/sessions',
    summary: 'All sessions, newest first',
    access: 'observer',
    status: 200,
    reply: Type.Object({ sessions: Type.Array(SessionSummary) }, { additionalProperties: false }),
  },
  createSession: {
    method: 'POST',
    path: '/api/sessions',
    summary: 'Start a program in a directory',
    access: 'operator',
    body: CreateSession,
    status: 201,
    reply: SessionSummary,
  },
  getSession: {
    method: 'GET',
    path: '/api/sessions/:id',
    summary: 'One session',
    access: 'observer',
    params: SessionParams,
    status: 200,
    reply: SessionSummary,
  },
  renameSession: {
    method: 'PATCH',
    path: '/api/sessions/:id',
    summary: 'Give a session another name',
    access: 'operator',
    params: SessionParams,
    body: RenameSession,
    status: 200,
    reply: SessionSummary,
  },
  endSession: {
    method: 'POST',
    path: '/api/sessions/:id/end',
    summary: 'Hang up on the program; what does not end within 5 s is killed',
    access: 'operator',
    params: SessionParams,
    status: 200,
    reply: SessionSummary,
  },
  resumeSession: {
    method: 'POST',
    path: '/api/sessions/:id/resume',
    summary: 'Start the program of a session that has ended again, in the conversation it had',
    access: 'operator',
    params: SessionParams,
    status: 200,
    reply: SessionSummary,
  },
  trustSession: {
    method: 'POST',
    path: '/api/sessions/:id/trust',
    summary: 'Say yes to its agent, which asks whether the directory is trusted',
    access: 'operator',
    params: SessionParams,
    status: 200,
    reply: SessionSummary,
  },
  removeSession: {
    method: 'DELETE',
    path: '/api/sessions/:id',
    summary: 'Forget a session that has ended',
    access: 'operator',
    params: SessionParams,
    status: 204,
  },
  createTicket: {
    method: 'POST',
    path: '/api/sessions/:id/ticket',
    summary: 'A single-use ticket for one terminal socket',
    access: 'observer',
    params: SessionParams,
    body: CreateTicket,
    status: 201,
    reply: CreatedTicket,
  },
  ...PROMPT_REST,
  listApprovals: {
    method: 'GET',
    path: '/api/approvals',
    summary: 'What agents ask and nobody has settled, oldest first',
    access: 'observer',
    status: 200,
    reply: Type.Object({ approvals: Type.Array(Approval) }, { additionalProperties: false }),
  },
  answerApproval: {
    method: 'POST',
    path: '/api/approvals/:id/answer',
    summary: 'Answer an agent; the first answer counts, here or in its terminal',
    access: 'operator',
    params: ApprovalParams,
    body: ApprovalAnswer,
    status: 200,
    reply: Approval,
  },
  listConversations: {
    method: 'GET',
    path: '/api/conversations',
    summary: 'Conversations that agents have had inside the allowed roots, newest first',
    access: 'operator',
    query: ConversationQuery,
    status: 200,
    reply: ConversationPage,
  },
  usage: {
    method: 'GET',
    path: '/api/usage',
    summary: 'What agents used between two instants, grouped; what accounts have left; burn rate',
    access: 'observer',
    query: UsageQuery,
    status: 200,
    reply: UsageReport,
  },
  listProfiles: {
    method: 'GET',
    path: '/api/profiles',
    summary: 'What sessions can be started with',
    access: 'operator',
    status: 200,
    reply: Type.Object({ profiles: Type.Array(ProfileSummary) }, { additionalProperties: false }),
  },
  listDirectory: {
    method: 'GET',
    path: '/api/directories',
    summary: 'Sub-directories of a directory inside the allowed roots; the roots without a path',
    access: 'operator',
    query: Type.Object({ path: Type.Optional(DirectoryPath) }, { additionalProperties: false }),
    status: 200,
    reply: DirectoryListing,
  },
  getRepository: {
    method: 'GET',
    path: '/api/repository',
    summary: 'Branches of the git repository that a directory inside the roots is in',
    access: 'operator',
    query: Type.Object({ path: DirectoryPath }, { additionalProperties: false }),
    status: 200,
    reply: Repository,
  },
  doctor: {
    method: 'GET',
    path: '/api/doctor',
    summary: 'What the worker needs, whether it is there, and what mends it',
    access: 'operator',
    query: Type.Object(
      { directory: Type.Optional(DirectoryPath) },
      { additionalProperties: false },
    ),
    status: 200,
    reply: DoctorReport,
  },
  ...ALERT_REST,
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof REST;

type StaticOr<T, Otherwise> = T extends TSchema ? Static<T> : Otherwise;
type Field<E, K extends string> = E extends Record<K, infer T> ? T : undefined;

export type BodyOf<N extends EndpointName> = StaticOr<Field<(typeof REST)[N], 'body'>, undefined>;
export type ReplyOf<N extends EndpointName> = StaticOr<Field<(typeof REST)[N], 'reply'>, undefined>;

/** Path of the terminal WebSocket and of the event stream, which are no JSON endpoints. */
export const TERMINAL_PATH = '/api/sessions/:id/terminal';
export const EVENTS_PATH = '/api/events';
