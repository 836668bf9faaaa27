/** Passkeys: making one in this browser, logging in with one, and the list of one's own. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { PasskeyId } from '@dashboard/protocol/ids';
import type { AddPasskey, GivenPasskey, Passkey } from '@dashboard/protocol/passkeys';
import type { Me } from '@dashboard/protocol/people';
import { startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

const PUBLIC_KEY = 'public-key';

export class Passkeys {
  passkeys = $state.raw<readonly Passkey[]>();
  failure = $state.raw<Failure>();
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      this.passkeys = (await this.#api.call('listPasskeys')).passkeys;
      this.failure = undefined;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** @throws DashboardError: shown in the form that asked */
  async add(password: string): Promise<void> {
    const optionsJSON = await this.#api.call('offerPasskey', { body: { password } });
    const made = await inWords(startRegistration({ optionsJSON }));
    const { id, rawId, response } = made;
    const { clientDataJSON, attestationObject } = response;
    const body: AddPasskey = {
      ...{ id, rawId, type: PUBLIC_KEY, clientExtensionResults: {} },
      response: { clientDataJSON, attestationObject },
    };
    const passkey = await this.#api.call('addPasskey', { body });
    this.passkeys = [...(this.passkeys ?? []), passkey];
  }

  /** @throws DashboardError: shown in the dialog that asked */
  async remove(id: PasskeyId): Promise<void> {
    await this.#api.call('removePasskey', { params: { id } });
    this.passkeys = this.passkeys?.filter((passkey) => passkey.id !== id);
  }
}

/** @throws DashboardError invalid_credentials, or that the browser was not let */
export async function logInWithPasskey(api: Api): Promise<Me> {
  return await api.call('logInWithPasskey', { body: await passkeyAnswer(api) });
}

/** @throws DashboardError when the browser gives none */
export async function passkeyAnswer(api: Api): Promise<GivenPasskey> {
  const optionsJSON = await api.call('challengePasskey');
  const { id, rawId, response } = await inWords(startAuthentication({ optionsJSON }));
  const { clientDataJSON, authenticatorData, signature } = response;
  return {
    ...{ id, rawId, type: PUBLIC_KEY, clientExtensionResults: {} },
    response: { clientDataJSON, authenticatorData, signature },
  };
}

/** What browsers say themselves is for developers. */
async function inWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const isKnown = cause instanceof Error && cause.name === 'InvalidStateError';
    const words = isKnown
      ? 'This browser or key has a passkey for you already'
      : 'The browser gave no passkey: it was cancelled, or there is none for this address';
    throw new DashboardError('wrong_proof', words, { cause });
  }
}
