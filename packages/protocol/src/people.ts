/** People, their logins, and the first administrator. */
import { Type, type Static } from 'typebox';
import { LoginIdSchema, UserIdSchema } from './ids.ts';
import {
  BROWSER_CHARS_MAX,
  LOGIN_CODE_CHARS_MAX,
  PASSWORD_CHARS_MAX,
  PASSWORD_CHARS_MIN,
  PASSWORD_CHARS_MIN_OF_TWO,
  USER_NAME_CHARS_MAX,
} from './limits.ts';
import { Role } from './roles.ts';

/** Letters, digits and . _ - @ : nothing that looks like another name in a log. */
export const UserName = Type.String({
  minLength: 1,
  maxLength: USER_NAME_CHARS_MAX,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]*$',
});

/** For a password that is being set. */
export const NewPassword = Type.String({
  minLength: PASSWORD_CHARS_MIN,
  maxLength: PASSWORD_CHARS_MAX,
});
/** For a password that is being checked: an old one may be shorter than the rule of today. */
export const GivenPassword = Type.String({ minLength: 1, maxLength: PASSWORD_CHARS_MAX });

/** Of an authenticator app, or a recovery code. */
export const LoginCode = Type.String({ minLength: 1, maxLength: LOGIN_CODE_CHARS_MAX });

export const User = Type.Object(
  { id: UserIdSchema, name: UserName, role: Role, createdAtMs: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);
export type User = Readonly<Static<typeof User>>;

/** Who the cookie stands for. */
export const Me = Type.Object(
  { user: User, loginId: LoginIdSchema },
  { additionalProperties: false },
);
export type Me = Readonly<Static<typeof Me>>;

export const SetupState = Type.Object(
  { isNeeded: Type.Boolean() },
  { additionalProperties: false },
);
export type SetupState = Readonly<Static<typeof SetupState>>;

/** Makes the first owner. The token comes from the server's own output, once. */
export const Setup = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 128 }),
    name: UserName,
    password: NewPassword,
  },
  { additionalProperties: false },
);
export type Setup = Readonly<Static<typeof Setup>>;

export const Credentials = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: USER_NAME_CHARS_MAX }),
    password: GivenPassword,
    /** Of who has a second factor: asked for with second_factor_needed. */
    code: Type.Optional(LoginCode),
  },
  { additionalProperties: false },
);
export type Credentials = Readonly<Static<typeof Credentials>>;

export const CreateUser = Type.Object(
  { name: UserName, role: Role, password: NewPassword },
  { additionalProperties: false },
);
export type CreateUser = Readonly<Static<typeof CreateUser>>;

export const ChangeUser = Type.Object({ role: Role }, { additionalProperties: false });
export type ChangeUser = Readonly<Static<typeof ChangeUser>>;

/** One browser that is logged in. */
export const LoginSummary = Type.Object(
  {
    id: LoginIdSchema,
    /** "Firefox on Linux"; empty where the browser did not say, or for a login of before. */
    browser: Type.String({ maxLength: BROWSER_CHARS_MAX }),
    /** From where it was opened; empty for a login of before. */
    address: Type.String(),
    createdAtMs: Type.Integer({ minimum: 0 }),
    /** To the minute. */
    lastSeenAtMs: Type.Integer({ minimum: 0 }),
    /** The one that asks. */
    isCurrent: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type LoginSummary = Readonly<Static<typeof LoginSummary>>;

export const LoginList = Type.Object(
  { logins: Type.Array(LoginSummary), hasSecondFactor: Type.Boolean() },
  { additionalProperties: false },
);
export type LoginList = Readonly<Static<typeof LoginList>>;

export const ChangePassword = Type.Object(
  {
    current: GivenPassword,
    /** With a second factor 8 characters are enough, without it takes 15. */
    next: Type.String({ minLength: PASSWORD_CHARS_MIN_OF_TWO, maxLength: PASSWORD_CHARS_MAX }),
    /** Other browsers stay logged in; otherwise they are out at once. */
    keepsOthers: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type ChangePassword = Readonly<Static<typeof ChangePassword>>;

/** What stands between a stranger and this account. */
export const Security = Type.Object(
  { hasSecondFactor: Type.Boolean(), recoveryCodesLeft: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);
export type Security = Readonly<Static<typeof Security>>;

export const GivenPasswordAlone = Type.Object(
  { password: GivenPassword },
  { additionalProperties: false },
);
export const GivenCode = Type.Object({ code: LoginCode }, { additionalProperties: false });

/** What an authenticator app is given, once. */
export const OfferedFactor = Type.Object(
  {
    /** Base32, to be typed. */
    secret: Type.String(),
    /** The same for a camera: otpauth://… */
    uri: Type.String(),
  },
  { additionalProperties: false },
);
export type OfferedFactor = Readonly<Static<typeof OfferedFactor>>;

/** Shown once; each works once. */
export const RecoveryCodes = Type.Object(
  { recoveryCodes: Type.Array(Type.String()) },
  { additionalProperties: false },
);
export type RecoveryCodes = Readonly<Static<typeof RecoveryCodes>>;
