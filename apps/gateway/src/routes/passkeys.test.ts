/** S26: what strangers and thieves send instead of a passkey. What a real one sends: apps/web/e2e/passkeys.test.ts. */
import type { PasskeyChallenge, PasskeyList, PasskeyOffer } from '@dashboard/protocol/passkeys';
import { expect, test } from 'vitest';
import { SoftwarePasskey, type Said } from '../../test/software-passkey.ts';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';
import type { TestBrowser } from '../../test/test-browser.ts';

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

/** Adds a passkey of its own to whoever is logged in there. */
async function withPasskey(person: TestBrowser, said: Partial<Said> = {}) {
  const passkey = new SoftwarePasskey();
  const challenge = await offered(person);
  const body = passkey.create({ challenge, ...said });
  return { passkey, response: await person.request('POST', '/api/passkeys', { body }) };
}

async function offered(person: TestBrowser): Promise<string> {
  const body = { password: PASSWORD };
  return (await person.expect<PasskeyOffer>(200, 'POST', '/api/passkeys/offer', body)).challenge;
}

async function challengeOf(browser: TestBrowser): Promise<string> {
  return (await browser.expect<PasskeyChallenge>(200, 'POST', '/api/login/challenge')).challenge;
}

const LIES: readonly (readonly [string, Partial<Said>])[] = [
  ['nobody verified the person', { isVerified: false }],
  ['the page was another', { origin: 'http://evil.test' }],
  ['the page was of another port', { origin: 'http://localhost:9999' }],
  ['it was made for another host', { rpId: 'evil.test' }],
  ['the challenge is not ours', { challenge: 'A'.repeat(43) }],
];

test.each(LIES)(
  'S26: a good signature opens nothing, and adds nothing, where %s',
  async (_, lie) => {
    const { owner, browser } = await startTestApp();
    const olivia = await owner();
    const { passkey, response } = await withPasskey(olivia);
    expect(response.statusCode).toBe(201);
    const told = passkey.get({ challenge: await challengeOf(browser()), ...lie });
    await browser().refused('invalid_credentials', 'POST', '/api/login/passkey', told);
    expect((await withPasskey(olivia, lie)).response.json()).toMatchObject({ code: 'wrong_proof' });
    const honest = passkey.get({ challenge: await challengeOf(browser()) });
    await browser().expect(200, 'POST', '/api/login/passkey', honest);
    await browser().refused('invalid_credentials', 'POST', '/api/login/passkey', honest);
  },
);

test('S26: of a copy that counts anew nothing is taken, and nobody removes the passkeys of others', async () => {
  const { auth, owner, browser } = await startTestApp();
  const olivia = await owner();
  const { passkey } = await withPasskey(olivia, { counter: 5 });
  const copy = passkey.get({ challenge: await challengeOf(browser()), counter: 5 });
  await browser().refused('invalid_credentials', 'POST', '/api/login/passkey', copy);

  const passwordHash = await auth.passwords.hash(PASSWORD);
  auth.users.add({ name: 'otto', role: 'owner', passwordHash });
  const otto = browser();
  await otto.expect(200, 'POST', '/api/login', { name: 'otto', password: PASSWORD });
  const { passkeys } = await olivia.expect<PasskeyList>(200, 'GET', '/api/passkeys');
  await otto.refused('not_found', 'DELETE', `/api/passkeys/${passkeys[0]?.id ?? ''}`);
  expect(await olivia.expect(200, 'GET', '/api/passkeys')).toEqual({ passkeys });
});
