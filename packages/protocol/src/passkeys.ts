/** Passkeys (WebAuthn): what browser and gateway tell each other, in the words of the standard. */
import { Type, type Static } from 'typebox';
import { PasskeyIdSchema } from './ids.ts';
import { BROWSER_CHARS_MAX, PASSKEY_FIELD_CHARS_MAX } from './limits.ts';
import { GivenPassword } from './people.ts';

const CLOSED = { additionalProperties: false } as const;
const Base64Url = Type.String({
  pattern: '^[A-Za-z0-9_-]+$',
  minLength: 1,
  maxLength: PASSKEY_FIELD_CHARS_MAX,
});

export const Passkey = Type.Object(
  {
    id: PasskeyIdSchema,
    /** The browser in which it was made. */
    label: Type.String({ maxLength: BROWSER_CHARS_MAX }),
    createdAtMs: Type.Integer({ minimum: 0 }),
    lastUsedAtMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  },
  CLOSED,
);
export type Passkey = Readonly<Static<typeof Passkey>>;

export const PasskeyList = Type.Object({ passkeys: Type.Array(Passkey) }, CLOSED);
export type PasskeyList = Readonly<Static<typeof PasskeyList>>;

const CredentialDescriptor = Type.Object(
  { id: Base64Url, type: Type.Literal('public-key') },
  CLOSED,
);

/** For navigator.credentials.create. */
export const PasskeyOffer = Type.Object(
  {
    challenge: Base64Url,
    rp: Type.Object({ id: Type.String(), name: Type.String() }, CLOSED),
    user: Type.Object({ id: Base64Url, name: Type.String(), displayName: Type.String() }, CLOSED),
    pubKeyCredParams: Type.Array(
      Type.Object({ type: Type.Literal('public-key'), alg: Type.Integer() }, CLOSED),
    ),
    timeout: Type.Integer(),
    excludeCredentials: Type.Array(CredentialDescriptor),
    authenticatorSelection: Type.Object(
      {
        residentKey: Type.Literal('required'),
        requireResidentKey: Type.Literal(true),
        userVerification: Type.Literal('required'),
      },
      CLOSED,
    ),
    attestation: Type.Literal('none'),
  },
  CLOSED,
);
export type PasskeyOffer = Readonly<Static<typeof PasskeyOffer>>;

/** For navigator.credentials.get. */
export const PasskeyChallenge = Type.Object(
  {
    challenge: Base64Url,
    rpId: Type.String(),
    timeout: Type.Integer(),
    userVerification: Type.Literal('required'),
  },
  CLOSED,
);
export type PasskeyChallenge = Readonly<Static<typeof PasskeyChallenge>>;

export const AskForPasskey = Type.Object({ password: GivenPassword }, CLOSED);

const NoExtensions = Type.Object({}, CLOSED);

export const AddPasskey = Type.Object(
  {
    id: Base64Url,
    rawId: Base64Url,
    type: Type.Literal('public-key'),
    response: Type.Object({ clientDataJSON: Base64Url, attestationObject: Base64Url }, CLOSED),
    clientExtensionResults: NoExtensions,
  },
  CLOSED,
);
export type AddPasskey = Readonly<Static<typeof AddPasskey>>;

export const GivenPasskey = Type.Object(
  {
    id: Base64Url,
    rawId: Base64Url,
    type: Type.Literal('public-key'),
    response: Type.Object(
      { clientDataJSON: Base64Url, authenticatorData: Base64Url, signature: Base64Url },
      CLOSED,
    ),
    clientExtensionResults: NoExtensions,
  },
  CLOSED,
);
export type GivenPasskey = Readonly<Static<typeof GivenPasskey>>;
