/** S13 and S16: which access tokens count. */
import {
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import { parseLoginId } from '@dashboard/protocol/ids';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { Keyring } from './keyring.ts';
import { Tokens } from './tokens.ts';

const HOUR_MS = 3_600_000;
const loginId = parseLoginId(randomUUID());
const master = { kid: 'one', bytes: randomBytes(32) };

function setUp() {
  const clock = new ManualClock();
  const keyring = new Keyring([master]);
  const tokens = new Tokens({ keyring, clock, ttlMs: HOUR_MS });
  const nowSeconds = Math.floor(clock.nowMs() / 1000);
  const { key } = keyring.newest('access-token');
  const claims = {
    iss: 'claude-code-dashboard',
    aud: 'gateway',
    sub: loginId,
    iat: nowSeconds,
    nbf: nowSeconds,
    exp: nowSeconds + 3600,
  };
  const header = { alg: 'HS256', typ: 'dashboard-access+jwt', kid: 'one' };
  return { clock, keyring, tokens, key, claims, header, nowSeconds };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a token names its login and nothing else', async () => {
  const { tokens } = setUp();
  const token = await tokens.issue(loginId);
  expect(await tokens.read(token)).toBe(loginId);
  expect(Object.keys(decodeJwt(token)).toSorted()).toEqual([
    'aud',
    'exp',
    'iat',
    'iss',
    'nbf',
    'sub',
  ]);
  expect(decodeProtectedHeader(token)).toEqual({
    alg: 'HS256',
    typ: 'dashboard-access+jwt',
    kid: 'one',
  });
});

test('a token is over after its hour and the minute that clocks may differ', async () => {
  const { tokens, clock } = setUp();
  const token = await tokens.issue(loginId);
  clock.advance(HOUR_MS + 59_000);
  expect(await tokens.read(token)).toBe(loginId);
  clock.advance(2_000);
  expect(await tokens.read(token)).toBeUndefined();
});

test('a rotation interrupts nobody; taking the old key away ends its tokens', async () => {
  const { tokens, keyring } = setUp();
  const old = await tokens.issue(loginId);
  const next = { kid: 'two', bytes: randomBytes(32) };
  keyring.replace([next, master]);
  const fresh = await tokens.issue(loginId);
  expect(decodeProtectedHeader(fresh).kid).toBe('two');
  expect(await tokens.read(old)).toBe(loginId);
  keyring.replace([next]);
  expect(await tokens.read(old)).toBeUndefined();
  expect(await tokens.read(fresh)).toBe(loginId);
});

describe('a forged or foreign token is nobody', () => {
  const made = setUp();
  const { key, claims, header, nowSeconds } = made;
  const sign = (c: Record<string, unknown>, h: object = header, k: unknown = key) =>
    new SignJWT(c).setProtectedHeader(h as typeof header).sign(k as typeof key);
  const without = (name: keyof typeof claims) =>
    sign(Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name)));
  /** Signed by hand: jose itself refuses to make these. */
  const byHand = (h: object, c: object = claims) => {
    const text = `${encode(h)}.${encode(c)}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const cases: [string, () => Promise<string> | string][] = [
    ['empty', () => ''],
    ['no token at all', () => 'a.b.c'],
    ['alg none', () => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`],
    ['alg None', () => byHand({ ...header, alg: 'None' })],
    ['alg HS512 with the right key', () => sign(claims, { ...header, alg: 'HS512' })],
    ['alg RS256', () => sign(claims, { ...header, alg: 'RS256' }, rsa.privateKey)],
    ['another key under our kid', () => sign(claims, header, randomBytes(32))],
    ['the master key itself', () => sign(claims, header, createSecretKey(master.bytes))],
    ['an unknown kid', () => sign(claims, { ...header, kid: 'two' })],
    ['a kid that is a path', () => sign(claims, { ...header, kid: '../../dev/null' })],
    ['a kid from the prototype', () => sign(claims, { ...header, kid: '__proto__' })],
    ['no kid', () => sign(claims, { alg: 'HS256', typ: header.typ })],
    ['another typ', () => sign(claims, { ...header, typ: 'JWT' })],
    ['no typ', () => sign(claims, { alg: 'HS256', kid: 'one' })],
    ['crit', () => byHand({ ...header, crit: ['exp'] })],
    ['its own key', () => byHand({ ...header, jwk: { kty: 'oct', k: encode('x') }, kid: 'x' })],
    ['another issuer', () => sign({ ...claims, iss: 'somebody' })],
    ['another audience', () => sign({ ...claims, aud: 'worker' })],
    ['no exp', () => without('exp')],
    ['no iat', () => without('iat')],
    ['no nbf', () => without('nbf')],
    ['no sub', () => without('sub')],
    ['no issuer', () => without('iss')],
    ['no audience', () => without('aud')],
    [
      'exp in the far future and issued long ago',
      () => sign({ ...claims, iat: nowSeconds - 9000, exp: 2 ** 53 }),
    ],
    ['expired', () => sign({ ...claims, exp: nowSeconds - 61 })],
    ['not valid yet', () => sign({ ...claims, nbf: nowSeconds + 61 })],
    ['a sub that is no id', () => sign({ ...claims, sub: "' OR 1=1 --" })],
    [
      'a changed payload',
      async () => {
        const [h = '', , s = ''] = (await sign(claims)).split('.');
        return `${h}.${encode({ ...claims, sub: randomUUID() })}.${s}`;
      },
    ],
  ];

  test.each(cases)('%s', async (_name, make) => {
    expect(await made.tokens.read(await make())).toBeUndefined();
  });

  test('while the one they are made from counts', async () => {
    expect(await made.tokens.read(await sign(claims))).toBe(loginId);
    expect(await made.tokens.read(byHand(header))).toBe(loginId);
  });
});
