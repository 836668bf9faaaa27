/** S58: who may collect, and what. */
import { expect, test } from 'vitest';
import { startTestApp } from '../../test/test-app.ts';

const HERE = { address: '127.0.0.1' };
const TOKEN = 'a-token-of-a-collector-that-nobody-guesses';

test('this machine is told in the format of Prometheus', async () => {
  const { browser } = await startTestApp();
  const response = await browser(HERE).request('GET', '/metrics');
  expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  for (const line of [
    'dashboard_gateway_check_passed{check="database"} 1',
    'dashboard_gateway_check_passed{check="worker"} 0',
    'dashboard_gateway_backup_configured 0',
    'dashboard_gateway_backup_age_seconds Nan',
    'dashboard_gateway_terminals 0',
    'dashboard_gateway_build_info{version="test"',
  ]) {
    expect(response.body).toContain(line);
  }
});

test('nobody else is, with a login or without', async () => {
  const { browser, owner } = await startTestApp({ metricsToken: TOKEN });
  for (const asker of [browser(), await owner()]) {
    for (const url of ['/metrics', '/metrics/worker']) {
      const response = await asker.request('GET', url);
      expect([url, response.statusCode]).toEqual([url, 401]);
    }
  }
});

test('a name that leads here from a foreign page is not this machine', async () => {
  const { browser } = await startTestApp();
  const rebound = { ...HERE, host: 'evil.test' };
  expect((await browser(rebound).request('GET', '/metrics')).statusCode).toBe(421);
});

test.each([
  ['right', `Bearer ${TOKEN}`, 200],
  ['wrong', `Bearer ${TOKEN.slice(1)}`, 401],
  ['without its scheme', TOKEN, 401],
])('a token that is %s', async (_what, authorization, status) => {
  const { browser } = await startTestApp({ metricsToken: TOKEN });
  const response = await browser().request('GET', '/metrics', { headers: { authorization } });
  expect(response.statusCode).toBe(status);
});

test('no token opens anything where none is set', async () => {
  const { browser } = await startTestApp();
  const headers = { authorization: 'Bearer undefined' };
  expect((await browser().request('GET', '/metrics', { headers })).statusCode).toBe(401);
});

test('a worker that is away is a target that is down, and the gateway still tells', async () => {
  const { browser } = await startTestApp();
  const machine = browser(HERE);
  expect((await machine.request('GET', '/metrics/worker')).statusCode).toBe(503);
  const { body } = await machine.request('GET', '/metrics');
  expect(body).toContain(
    'dashboard_gateway_worker_call_seconds_count{method="metrics",outcome="failed"} 1',
  );
});
