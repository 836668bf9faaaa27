/** What supervisors are told. */
import { expect, test } from 'vitest';
import Fastify from 'fastify';
import { healthRoutes } from './health.ts';

async function ready(database: boolean, worker: boolean) {
  const app = Fastify();
  await app.register(healthRoutes, {
    checks: [
      { name: 'database', isOk: () => database, isRequired: true },
      { name: 'worker', isOk: () => worker, isRequired: false },
    ],
  });
  const response = await app.inject('/health/ready');
  return [response.statusCode, response.json<unknown>()];
}

test('what is required decides; what is not is reported', async () => {
  const checks = (database: boolean, worker: boolean) => ({ checks: { database, worker } });
  expect(await ready(true, true)).toMatchObject([200, { status: 'ready', ...checks(true, true) }]);
  expect(await ready(true, false)).toMatchObject([200, checks(true, false)]);
  expect(await ready(false, true)).toMatchObject([503, { status: 'not ready' }]);
});
