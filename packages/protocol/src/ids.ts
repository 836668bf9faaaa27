/** Names for things that cross a process boundary. A raw string is not a name until parsed here. */
import { Type } from 'typebox';
import { DashboardError } from './errors.ts';
import { invariant } from './invariant.ts';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** 26 Crockford base32 characters: 48 bits of time, 80 of chance. Safe in a tmux name and a URL. */
export type SessionId = Brand<string, 'SessionId'>;
/** One attachment of one browser tab; chosen by the gateway. UUIDv4. */
export type ViewerId = Brand<string, 'ViewerId'>;
/** A person. UUIDv4. */
export type UserId = Brand<string, 'UserId'>;
/** What a cookie stands for. UUIDv4. */
export type LoginId = Brand<string, 'LoginId'>;
/** One question of one agent. UUIDv4: whoever has not seen it cannot name it. */
export type ApprovalId = Brand<string, 'ApprovalId'>;
/** A browser that gets Web Push. UUIDv4. */
export type DeviceId = Brand<string, 'DeviceId'>;
/** One passkey of a person. UUIDv4. */
export type PasskeyId = Brand<string, 'PasskeyId'>;
/** What lets one person make an account of their own. UUIDv4. */
export type InvitationId = Brand<string, 'InvitationId'>;
/** UUIDv4. */
export type WebhookId = Brand<string, 'WebhookId'>;
/** One prompt that waits for an agent; chosen by whoever queues it. UUIDv4. */
export type PromptId = Brand<string, 'PromptId'>;

export const ULID_PATTERN = '^[0-7][0-9A-HJKMNP-TV-Z]{25}$';
export const UUID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';

export const SessionIdSchema = Type.Unsafe<SessionId>(Type.String({ pattern: ULID_PATTERN }));
export const ViewerIdSchema = Type.Unsafe<ViewerId>(Type.String({ pattern: UUID_PATTERN }));
export const UserIdSchema = Type.Unsafe<UserId>(Type.String({ pattern: UUID_PATTERN }));
export const LoginIdSchema = Type.Unsafe<LoginId>(Type.String({ pattern: UUID_PATTERN }));
export const ApprovalIdSchema = Type.Unsafe<ApprovalId>(Type.String({ pattern: UUID_PATTERN }));
export const DeviceIdSchema = Type.Unsafe<DeviceId>(Type.String({ pattern: UUID_PATTERN }));
export const WebhookIdSchema = Type.Unsafe<WebhookId>(Type.String({ pattern: UUID_PATTERN }));
export const PasskeyIdSchema = Type.Unsafe<PasskeyId>(Type.String({ pattern: UUID_PATTERN }));
export const InvitationIdSchema = Type.Unsafe<InvitationId>(Type.String({ pattern: UUID_PATTERN }));
export const PromptIdSchema = Type.Unsafe<PromptId>(Type.String({ pattern: UUID_PATTERN }));

const ULID = new RegExp(ULID_PATTERN);
const UUID = new RegExp(UUID_PATTERN);
const ECHO_CHARS_MAX = 40;

/** @throws DashboardError invalid_request */
export const parseSessionId = parser<SessionId>('session', ULID);
/** @throws DashboardError invalid_request */
export const parseViewerId = parser<ViewerId>('viewer', UUID);
/** @throws DashboardError invalid_request */
export const parseUserId = parser<UserId>('user', UUID);
/** @throws DashboardError invalid_request */
export const parseLoginId = parser<LoginId>('login', UUID);
/** @throws DashboardError invalid_request */
export const parseApprovalId = parser<ApprovalId>('approval', UUID);
/** @throws DashboardError invalid_request */
export const parseDeviceId = parser<DeviceId>('device', UUID);
/** @throws DashboardError invalid_request */
export const parseWebhookId = parser<WebhookId>('webhook', UUID);
/** @throws DashboardError invalid_request */
export const parsePasskeyId = parser<PasskeyId>('passkey', UUID);
/** @throws DashboardError invalid_request */
export const parseInvitationId = parser<InvitationId>('invitation', UUID);
/** @throws DashboardError invalid_request */
export const parsePromptId = parser<PromptId>('prompt', UUID);

function parser<Id extends string>(kind: string, shape: RegExp): (text: string) => Id {
  return (text) => {
    if (shape.test(text)) return text as Id;
    const echo = JSON.stringify(text.slice(0, ECHO_CHARS_MAX));
    throw new DashboardError('invalid_request', `not a ${kind} id: ${echo}`);
  };
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
/** 48 bits: the year 10889. */
const TIME_MS_MAX = 2 ** 48 - 1;

/**
 * A new session id (ULID). Time and chance are handed in, since this package has neither.
 * @param nowMs whole milliseconds since the epoch @param random 16 bytes from a secure source
 */
export function makeSessionId(nowMs: number, random: Uint8Array): SessionId {
  const isTime = Number.isInteger(nowMs) && nowMs >= 0 && nowMs <= TIME_MS_MAX;
  invariant(isTime, 'the id would not sort by its time');
  invariant(random.length >= RANDOM_CHARS, 'the id could be guessed');
  let time = '';
  for (let left = nowMs, place = 0; place < TIME_CHARS; place++, left = Math.floor(left / 32)) {
    time = ALPHABET.charAt(left % 32) + time;
  }
  let chance = '';
  for (let place = 0; place < RANDOM_CHARS; place++) {
    chance += ALPHABET.charAt((random[place] ?? 0) % 32);
  }
  return parseSessionId(time + chance);
}
