/**
 * Who is told what, where: alerts of a person, the browsers that get them as Web Push, and webhooks
 * of the whole dashboard. An alert carries the name of a session and what it is about, never what
 * was typed, asked or printed.
 */
import { Type, type Static, type TSchema } from 'typebox';
import { DeviceIdSchema, SessionIdSchema, WebhookIdSchema } from './ids.ts';
import {
  ALERT_REASON_CHARS_MAX,
  ALERT_TARGET_CHARS_MAX,
  ALERT_TEXT_CHARS_MAX,
  DEVICE_LABEL_CHARS_MAX,
  DEVICES_PER_USER_MAX,
  FINISHED_AFTER_MINUTES_MAX,
  MUTED_SESSIONS_MAX,
  TIME_ZONE_CHARS_MAX,
  WEBHOOK_LABEL_CHARS_MAX,
  WEBHOOKS_MAX,
} from './limits.ts';

function closed<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}

const EpochMs = Type.Integer({ minimum: 0 });

/** What can be told, and what it means. */
export const ALERT_KINDS = {
  asks: 'an agent needs a person: a permission, an answer, a plan, a dialog',
  finished: 'an agent is idle again after long work',
  failed: 'a failure or a limit of the account ended a turn',
  lost: 'a session ended and nobody saw how',
} as const;
export type AlertKind = keyof typeof ALERT_KINDS;

/** In the order of the table. */
export const ALERT_KIND_NAMES = Object.keys(ALERT_KINDS).filter(isAlertKind);

function isAlertKind(text: string): text is AlertKind {
  return Object.hasOwn(ALERT_KINDS, text);
}

export const AlertKind = Type.Unsafe<AlertKind>(Type.String({ enum: [...ALERT_KIND_NAMES] }));
const AlertKinds = Type.Array(AlertKind, { uniqueItems: true, maxItems: ALERT_KIND_NAMES.length });

/** What a page is told so that it makes a sound, and what a push carries. */
export const Alert = closed({
  /** The same for the same occasion, also when it is sent twice. */
  id: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }),
  kind: AlertKind,
  /** Null where the person wants no names. */
  session: Type.Union([SessionIdSchema, Type.Null()]),
  title: Type.String({ maxLength: ALERT_TEXT_CHARS_MAX }),
  text: Type.String({ maxLength: ALERT_TEXT_CHARS_MAX }),
  /** Where to go in the page; starts with a slash. */
  path: Type.String({ pattern: '^/[a-zA-Z0-9/-]*$', maxLength: 64 }),
  atMs: EpochMs,
  /** How many sessions need a person, for the badge. */
  waiting: Type.Integer({ minimum: 0 }),
});
export type Alert = Readonly<Static<typeof Alert>>;

/** Of a clock on the wall: "22:30". */
const WallTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });

/** From the one to the other, over midnight too; nothing is told and nothing made up for later. */
export const QuietHours = closed({
  from: WallTime,
  to: WallTime,
  /** An IANA name, as the browser knows its own: Europe/Berlin. */
  timeZone: Type.String({
    minLength: 1,
    maxLength: TIME_ZONE_CHARS_MAX,
    pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
  }),
});
export type QuietHours = Readonly<Static<typeof QuietHours>>;

export const AlertSettings = closed({
  kinds: AlertKinds,
  /** Shorter work ends without an alert. */
  finishedAfterMinutes: Type.Integer({ minimum: 1, maximum: FINISHED_AFTER_MINUTES_MAX }),
  quietHours: Type.Union([QuietHours, Type.Null()]),
  /** Notifications then name no session: a lock screen is read by others. */
  hidesNames: Type.Boolean(),
});
export type AlertSettings = Readonly<Static<typeof AlertSettings>>;

export const DEFAULT_ALERT_SETTINGS: AlertSettings = {
  kinds: ALERT_KIND_NAMES,
  finishedAfterMinutes: 5,
  quietHours: null,
  hidesNames: false,
};

/** How the newest delivery to a device or webhook went. */
export const Delivery = closed({
  atMs: EpochMs,
  /** delivered: the push service or the receiver took it. What it does with it, it does not say. */
  outcome: Type.Union([Type.Literal('delivered'), Type.Literal('failed')]),
  /** In words: "201", "does not answer within 10 s". */
  reason: Type.String({ maxLength: ALERT_REASON_CHARS_MAX }),
});
export type Delivery = Readonly<Static<typeof Delivery>>;

const LastDelivery = Type.Union([Delivery, Type.Null()]);

/** A browser that gets alerts while no page is open. */
export const Device = closed({
  id: DeviceIdSchema,
  label: Type.String({ minLength: 1, maxLength: DEVICE_LABEL_CHARS_MAX }),
  /** Whose push service carries them: a host name. */
  carrier: Type.String({ maxLength: ALERT_TARGET_CHARS_MAX }),
  createdAtMs: EpochMs,
  last: LastDelivery,
});
export type Device = Readonly<Static<typeof Device>>;

const Address = Type.String({
  minLength: 1,
  maxLength: ALERT_TARGET_CHARS_MAX,
  pattern: '^https?://[\\u0021-\\u007e]+$',
});

/** A PushSubscription as the browser gives it. A point of P-256, uncompressed; 16 bytes. */
export const AddDevice = closed({
  label: Type.String({ minLength: 1, maxLength: DEVICE_LABEL_CHARS_MAX }),
  endpoint: Address,
  keys: closed({
    p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]{87}$' }),
    auth: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }),
  }),
});
export type AddDevice = Readonly<Static<typeof AddDevice>>;

/** All that a person sees of their alerts. */
export const Alerts = closed({
  settings: AlertSettings,
  mutedSessions: Type.Array(SessionIdSchema, { maxItems: MUTED_SESSIONS_MAX }),
  devices: Type.Array(Device, { maxItems: DEVICES_PER_USER_MAX }),
  /** The public key that a browser subscribes with, base64url. */
  pushKey: Type.String(),
});
export type Alerts = Readonly<Static<typeof Alerts>>;

/** json: signed, as the Standard Webhooks say. slack, ntfy: in the shape that these take. */
export const WebhookFormat = Type.Union([
  Type.Literal('json'),
  Type.Literal('slack'),
  Type.Literal('ntfy'),
]);
export type WebhookFormat = Static<typeof WebhookFormat>;

const WebhookLabel = Type.String({
  minLength: 1,
  maxLength: WEBHOOK_LABEL_CHARS_MAX,
  pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f]*$',
});

/** Its address is told to nobody again: whoever has that of Slack may write there. */
export const Webhook = closed({
  id: WebhookIdSchema,
  label: WebhookLabel,
  format: WebhookFormat,
  /** Scheme, host and port of its address. */
  origin: Type.String({ maxLength: ALERT_TARGET_CHARS_MAX }),
  kinds: AlertKinds,
  hidesNames: Type.Boolean(),
  isOn: Type.Boolean(),
  createdAtMs: EpochMs,
  last: LastDelivery,
});
export type Webhook = Readonly<Static<typeof Webhook>>;

export const Webhooks = closed({ webhooks: Type.Array(Webhook, { maxItems: WEBHOOKS_MAX }) });

export const CreateWebhook = closed({
  label: WebhookLabel,
  format: WebhookFormat,
  url: Address,
  kinds: AlertKinds,
  hidesNames: Type.Boolean(),
});
export type CreateWebhook = Readonly<Static<typeof CreateWebhook>>;

/** The secret is shown here and never again. */
export const CreatedWebhook = closed({
  webhook: Webhook,
  secret: Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{43}=$' }),
});
export type CreatedWebhook = Readonly<Static<typeof CreatedWebhook>>;

export const ChangeWebhook = closed({
  label: Type.Optional(WebhookLabel),
  kinds: Type.Optional(AlertKinds),
  hidesNames: Type.Optional(Type.Boolean()),
  isOn: Type.Optional(Type.Boolean()),
});
export type ChangeWebhook = Readonly<Static<typeof ChangeWebhook>>;

/**
 * What a tab shows to somebody who has just moved or typed; it says so again before PRESENCE_TTL_MS
 * are over, and `null` when it is hidden or left alone.
 */
export const Presence = closed({
  tab: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' }),
  sees: Type.Union([SessionIdSchema, Type.Literal('inbox'), Type.Null()]),
});
export type Presence = Readonly<Static<typeof Presence>>;
