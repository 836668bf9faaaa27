/** The rows of the REST table that are about passkeys. */
import { Type } from 'typebox';
import { PasskeyIdSchema } from './ids.ts';
import {
  AddPasskey,
  AskForPasskey,
  GivenPasskey,
  Passkey,
  PasskeyChallenge,
  PasskeyList,
  PasskeyOffer,
} from './passkeys.ts';
import { Me } from './people.ts';
import type { Endpoint } from './rest.ts';

const PasskeyParams = Type.Object({ id: PasskeyIdSchema }, { additionalProperties: false });

export const PASSKEY_REST = {
  challengePasskey: {
    method: 'POST',
    path: '/api/login/challenge',
    summary: 'What a passkey has to sign to log in; names nobody',
    access: 'public',
    status: 200,
    reply: PasskeyChallenge,
  },
  logInWithPasskey: {
    method: 'POST',
    path: '/api/login/passkey',
    summary: 'Log in with a passkey, which has verified the person; sets the cookies',
    access: 'public',
    body: GivenPasskey,
    status: 200,
    reply: Me,
  },
  proveWithPasskey: {
    method: 'POST',
    path: '/api/proof/passkey',
    summary: 'Show one’s passkey again, for what only a proven login may do',
    access: 'observer',
    body: GivenPasskey,
    status: 204,
  },
  listPasskeys: {
    method: 'GET',
    path: '/api/passkeys',
    summary: 'One’s own passkeys, oldest first',
    access: 'observer',
    status: 200,
    reply: PasskeyList,
  },
  offerPasskey: {
    method: 'POST',
    path: '/api/passkeys/offer',
    summary: 'What an authenticator needs to make a passkey',
    access: 'observer',
    body: AskForPasskey,
    status: 200,
    reply: PasskeyOffer,
  },
  addPasskey: {
    method: 'POST',
    path: '/api/passkeys',
    summary: 'Keep a passkey that was made for such an offer',
    access: 'observer',
    body: AddPasskey,
    status: 201,
    reply: Passkey,
  },
  removePasskey: {
    method: 'DELETE',
    path: '/api/passkeys/:id',
    summary: 'Let one of one’s own passkeys in no more',
    access: 'observer',
    params: PasskeyParams,
    status: 204,
  },
} as const satisfies Record<string, Endpoint>;
