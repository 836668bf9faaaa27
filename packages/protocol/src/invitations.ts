/** Invitations: a link, once, by which a person chooses name and password for themselves. */
import { Type, type Static } from 'typebox';
import { InvitationIdSchema } from './ids.ts';
import { NewPassword, UserName } from './people.ts';
import { Role } from './roles.ts';

const CLOSED = { additionalProperties: false } as const;

export const Invitation = Type.Object(
  {
    id: InvitationIdSchema,
    /** Of whoever accepts it. */
    role: Role,
    createdAtMs: Type.Integer({ minimum: 0 }),
    expiresAtMs: Type.Integer({ minimum: 0 }),
  },
  CLOSED,
);
export type Invitation = Readonly<Static<typeof Invitation>>;

export const InvitationList = Type.Object({ invitations: Type.Array(Invitation) }, CLOSED);

export const CreateInvitation = Type.Object({ role: Role }, CLOSED);

/** The token is shown once; only its hash is kept. */
export const CreatedInvitation = Type.Object(
  { invitation: Invitation, token: Type.String() },
  CLOSED,
);
export type CreatedInvitation = Readonly<Static<typeof CreatedInvitation>>;

export const AcceptInvitation = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 128 }),
    name: UserName,
    password: NewPassword,
  },
  CLOSED,
);
export type AcceptInvitation = Readonly<Static<typeof AcceptInvitation>>;
