/**
 * How a gateway and a worker meet on the Unix socket. Three JSON frames before anything else:
 * the worker says hello with a challenge, the gateway answers with a proof and what the connection
 * is for, the worker answers with its own proof or says why not. A frame here is UTF-8 JSON.
 */
import { Type, type Static } from 'typebox';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import { SessionIdSchema, UserIdSchema, ViewerIdSchema } from '../ids.ts';
import { Role } from '../roles.ts';
import { TerminalSize } from '../terminal/size.ts';
import { USER_NAME_CHARS_MAX } from '../limits.ts';
import { Uploaded, UploadName } from '../prompts.ts';

/** Raised by one when an older side could not make sense of a newer one's frames. */
export const WORKER_PROTOCOL_VERSION = 1;
/** Also understood, so that gateway and worker can be replaced one after the other. */
export const WORKER_PROTOCOL_VERSIONS: readonly number[] = [WORKER_PROTOCOL_VERSION];

/** 32 random bytes, base64url. */
const Nonce = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
/** HMAC-SHA-256, base64url. */
const Proof = Nonce;
const Version = Type.Integer({ minimum: 1, maximum: 65_535 });
const Release = Type.String({ maxLength: 64 });
const SafeOffset = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const WorkerHello = Type.Object(
  { version: Version, release: Release, challenge: Nonce },
  { additionalProperties: true }, // a newer worker may say more
);
export type WorkerHello = Readonly<Static<typeof WorkerHello>>;

/** On whose behalf something is asked; the worker checks the role again. */
export const Asker = Type.Object(
  {
    userId: UserIdSchema,
    name: Type.String({ minLength: 1, maxLength: USER_NAME_CHARS_MAX }),
    role: Role,
  },
  { additionalProperties: false },
);
export type Asker = Readonly<Static<typeof Asker>>;

/** A connection that carries one viewer's frames of one session, from here on in both directions. */
export const AttachmentPurpose = Type.Object(
  {
    for: Type.Literal('attachment'),
    session: SessionIdSchema,
    viewer: ViewerIdSchema,
    by: Asker,
    /** Only watching, whatever the role. */
    isViewOnly: Type.Boolean(),
    size: Type.Optional(TerminalSize),
    resume: Type.Optional(
      Type.Object({ epoch: SafeOffset, offset: SafeOffset }, { additionalProperties: false }),
    ),
    requestId: Type.String({ maxLength: 64 }),
  },
  { additionalProperties: false },
);
export type AttachmentPurpose = Readonly<Static<typeof AttachmentPurpose>>;

/** A connection that carries requests and their answers (requests.ts). */
const RequestsPurpose = Type.Object(
  { for: Type.Literal('requests') },
  { additionalProperties: false },
);

/** A connection that carries the feed of events (feed.ts). */
const EventsPurpose = Type.Object(
  {
    for: Type.Literal('events'),
    /** The last event seen; absent on a first visit. */
    after: Type.Optional(
      Type.Object({ epoch: SafeOffset, number: SafeOffset }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);

/**
 * A connection that carries one file to a session: frames of its bytes, an empty one at its end, and
 * then UploadEnd from the worker. To hang up before that is to have sent nothing.
 */
const UploadPurpose = Type.Object(
  {
    for: Type.Literal('upload'),
    session: SessionIdSchema,
    name: UploadName,
    by: Asker,
    requestId: Type.String({ maxLength: 64 }),
  },
  { additionalProperties: false },
);
export type UploadPurpose = Readonly<Static<typeof UploadPurpose>>;

export const Purpose = Type.Union([
  AttachmentPurpose,
  RequestsPurpose,
  EventsPurpose,
  UploadPurpose,
]);
export type Purpose = Readonly<Static<typeof Purpose>>;

export const GatewayHello = Type.Object(
  { version: Version, release: Release, nonce: Nonce, proof: Proof, purpose: Type.Unknown() },
  { additionalProperties: true }, // a newer gateway may say more
);
export type GatewayHello = Readonly<Static<typeof GatewayHello>>;

const Refusal = Type.Object(
  {
    error: Type.Object({
      code: Type.Unsafe<ErrorCode>(Type.String({ enum: [...ERROR_CODES] })),
      message: Type.String(),
    }),
  },
  { additionalProperties: true },
);

export const WorkerWelcome = Type.Union([
  Type.Object({ proof: Proof }, { additionalProperties: true }),
  Refusal,
]);
export type WorkerWelcome = Readonly<Static<typeof WorkerWelcome>>;

/** The one frame that a worker sends on a connection for an upload. */
export const UploadEnd = Type.Union([
  Type.Object({ uploaded: Uploaded }, { additionalProperties: true }),
  Refusal,
]);
export type UploadEnd = Readonly<Static<typeof UploadEnd>>;

/** What each side signs, so that a proof of one side is never one of the other. */
export function gatewayProofText(challenge: string, nonce: string, purpose: unknown): string {
  return `dashboard gateway\n${challenge}\n${nonce}\n${JSON.stringify(purpose)}`;
}

export function workerProofText(challenge: string, nonce: string): string {
  return `dashboard worker\n${challenge}\n${nonce}`;
}
