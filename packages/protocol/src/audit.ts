/** The audit trail as owners read it: records, newest first, and whether the chain of them holds. */
import { Type, type Static } from 'typebox';
import { AUDIT_PAGE_RECORDS } from './limits.ts';

const CLOSED = { additionalProperties: false } as const;
/** Of SHA-256, in hexadecimal. */
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const Line = Type.String({ maxLength: 256 });

/** What is hashed; the details of each event are in the gateway's list of acts. */
export const AuditRecord = Type.Object(
  {
    /** Counted from 1, without a gap. */
    number: Type.Integer({ minimum: 1 }),
    at: Instant,
    event: Line,
    /** Who it was; none where nobody was logged in, or the gateway itself did it. */
    person: Type.Optional(Line),
    userId: Type.Optional(Line),
    loginId: Type.Optional(Line),
    address: Type.Optional(Line),
    requestId: Type.Optional(Line),
  },
  { additionalProperties: true },
);
export type AuditRecord = Readonly<Static<typeof AuditRecord>> & Readonly<Record<string, unknown>>;

const Digits = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });
export const AuditQuery = Type.Object(
  {
    /** `next` of the page before. */
    before: Type.Optional(Digits),
    event: Type.Optional(Type.String({ pattern: '^[a-z_]{1,64}$' })),
    person: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** Not earlier than this, and earlier than that; UTC. */
    from: Type.Optional(Instant),
    until: Type.Optional(Instant),
  },
  CLOSED,
);
export type AuditQuery = Readonly<Static<typeof AuditQuery>>;

export const AuditPage = Type.Object(
  {
    /** Newest first. */
    records: Type.Array(AuditRecord, { maxItems: AUDIT_PAGE_RECORDS }),
    next: Type.Union([Digits, Type.Null()]),
  },
  CLOSED,
);
export type AuditPage = Readonly<Static<typeof AuditPage>>;

export const AUDIT_FLAWS = [
  /** There is no seal. */
  'unsealed',
  /** The seal was made with a key that is not here. */
  'unknown_key',
  /** The seal was made without the key. */
  'forged',
  /** A record is missing. */
  'gap',
  /** A record is not what was hashed, or does not follow the one before. */
  'changed',
  /** The chain ends elsewhere than its seal says. */
  'cut',
  /** The gateway has noted that it found a chain that did not hold. */
  'noted',
  /** What was known of it from elsewhere is not in it. */
  'not_contained',
] as const;
export type AuditFlaw = (typeof AUDIT_FLAWS)[number];

export const AuditVerdict = Type.Object(
  {
    checkedAtMs: Type.Integer({ minimum: 0 }),
    records: Type.Integer({ minimum: 0 }),
    first: Type.Union([Type.Object({ number: Type.Integer(), at: Instant }, CLOSED), Type.Null()]),
    /** To be kept elsewhere: a chain that does not contain it any more has been cut or replaced. */
    head: Type.Union([Type.Object({ number: Type.Integer(), hash: Hash }, CLOSED), Type.Null()]),
    /** The first thing that is wrong, and at which record; null when the chain holds. */
    flaw: Type.Union([
      Type.Object(
        {
          code: Type.Unsafe<AuditFlaw>(Type.String({ enum: [...AUDIT_FLAWS] })),
          number: Type.Union([Type.Integer(), Type.Null()]),
        },
        CLOSED,
      ),
      Type.Null(),
    ]),
  },
  CLOSED,
);
export type AuditVerdict = Readonly<Static<typeof AuditVerdict>>;
