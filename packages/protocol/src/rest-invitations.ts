/** The rows of the REST table that are about invitations. */
import { Type } from 'typebox';
import { InvitationIdSchema } from './ids.ts';
import {
  AcceptInvitation,
  CreatedInvitation,
  CreateInvitation,
  InvitationList,
} from './invitations.ts';
import { Me } from './people.ts';
import type { Endpoint } from './rest.ts';

const InvitationParams = Type.Object({ id: InvitationIdSchema }, { additionalProperties: false });

export const INVITATION_REST = {
  listInvitations: {
    method: 'GET',
    path: '/api/invitations',
    summary: 'Invitations that nobody has accepted yet',
    access: 'owner',
    status: 200,
    reply: InvitationList,
  },
  createInvitation: {
    method: 'POST',
    path: '/api/invitations',
    summary: 'Invite a person with a role; the token is shown once and works once, for 72 hours',
    access: 'owner',
    needsProof: true,
    body: CreateInvitation,
    status: 201,
    reply: CreatedInvitation,
  },
  revokeInvitation: {
    method: 'DELETE',
    path: '/api/invitations/:id',
    summary: 'Take an invitation back',
    access: 'owner',
    params: InvitationParams,
    status: 204,
  },
  acceptInvitation: {
    method: 'POST',
    path: '/api/join',
    summary: 'Choose name and password with the token of an invitation, and log in',
    access: 'public',
    body: AcceptInvitation,
    status: 201,
    reply: Me,
  },
} as const satisfies Record<string, Endpoint>;
