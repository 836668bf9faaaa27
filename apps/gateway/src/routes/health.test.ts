/** What supervisors are told, and what only operators are. */
import { expect, test } from 'vitest';
import { startTestApp } from '../../test/test-app.ts';

const HERE = { address: '127.0.0.1' };
const TOKEN = 'a-token-of-a-collector-that-nobody-guesses';

test('what is required decides; a worker that is away is told and takes nobody out', async () => {
  const { browser, auth } = await startTestApp();
  const ready = async () => {
    const response = await browser().request('GET', '/health/ready');
    return [response.statusCode, response.json<unknown>()];
  };
  const away = { database: true, admission: true, worker: false };
  expect(await ready()).toMatchObject([200, { status: 'ready', checks: away }]);
  await auth.database.stop();
  expect(await ready()).toMatchObject([503, { status: 'not ready', checks: { database: false } }]);
  await auth.database.start();
});

test('the report names each thing that is asked for first', async () => {
  const { browser } = await startTestApp();
  const response = await browser(HERE).request('GET', '/health');
  const report = response.json<{ checks: { name: string; outcome: string }[] }>();
  expect(response.statusCode).toBe(200);
  expect(report).toMatchObject({
    status: 'degraded', // there is no worker
    release: 'test',
    node: process.version,
    connections: { terminals: 0, eventStreams: 0 },
    worker: null,
  });
  const outcomes = Object.fromEntries(report.checks.map(({ name, outcome }) => [name, outcome]));
  expect(outcomes).toMatchObject({ database: 'ok', worker: 'failed', node: 'ok' });
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(['storage', 'disk', 'backup']));
});

test('a stranger learns that we serve and nothing else', async () => {
  const { browser } = await startTestApp();
  const response = await browser().request('GET', '/health');
  expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
});

test('a person who is logged in learns everything', async () => {
  const { owner } = await startTestApp();
  const response = await (await owner()).request('GET', '/health');
  expect(response.json()).toHaveProperty('checks');
});

// A proxy in front that passes no Host on has our address, and everybody's requests.
test.each([
  ['a proxy', { 'x-forwarded-for': '192.0.2.7' }],
  ['a proxy that says so otherwise', { forwarded: 'for=192.0.2.7' }],
])('what %s passes on is not from this machine', async (_who, headers) => {
  const { browser } = await startTestApp();
  const response = await browser(HERE).request('GET', '/health', { headers });
  expect(response.json()).toEqual({ status: 'ok' });
});

test('the token opens it from anywhere and under any name', async () => {
  const { browser } = await startTestApp({ metricsToken: TOKEN });
  const ask = async (headers: Record<string, string>) =>
    (await browser().request('GET', '/health', { headers })).json<object>();
  const host = 'gateway:3000';
  expect(await ask({ authorization: `Bearer ${TOKEN}`, host })).toHaveProperty('checks');
  expect(await ask({ authorization: `Bearer ${TOKEN}x` })).toEqual({ status: 'ok' });
  expect(await ask({ host })).toMatchObject({ code: 'foreign_host' });
});
