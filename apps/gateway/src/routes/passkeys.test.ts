/** S26: what strangers and thieves send instead of a passkey. What a real one sends: apps/web/e2e/passkeys.test.ts. */
import type { PasskeyChallenge, PasskeyOffer } from '@dashboard/protocol/passkeys';
import { expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';

const words = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('S26: an unknown passkey, or one that signs nothing, opens nothing', async () => {
  const { owner, browser } = await startTestApp();
  await owner();
  const { challenge, rpId } = await browser().expect<PasskeyChallenge>(
    200,
    'POST',
    '/api/login/challenge',
  );
  expect(rpId).toBe('localhost');
  const clientDataJSON = words({
    type: 'webauthn.get',
    challenge,
    origin: 'http://localhost:3000',
  });
  const response = { clientDataJSON, authenticatorData: 'AAAA', signature: 'AAAA' };
  const body = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response };
  await browser().refused('invalid_credentials', 'POST', '/api/login/passkey', {
    ...body,
    clientExtensionResults: {},
  });
  await browser().refused('invalid_request', 'POST', '/api/login/passkey', body);
});

test('S26: a passkey is offered for the password only, and kept only when it is one', async () => {
  const { owner } = await startTestApp();
  const olivia = await owner();
  const wrong = { password: 'not this one at all' };
  await olivia.refused('wrong_proof', 'POST', '/api/passkeys/offer', wrong);
  const right = { password: PASSWORD };
  const { challenge } = await olivia.expect<PasskeyOffer>(
    200,
    'POST',
    '/api/passkeys/offer',
    right,
  );
  const clientDataJSON = words({
    type: 'webauthn.create',
    challenge,
    origin: 'http://localhost:3000',
  });
  const given = {
    ...{ id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {} },
    response: { clientDataJSON, attestationObject: 'AAAA' },
  };
  await olivia.refused('wrong_proof', 'POST', '/api/passkeys', given);
  expect(await olivia.expect(200, 'GET', '/api/passkeys')).toEqual({ passkeys: [] });
});
