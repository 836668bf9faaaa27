/** One of several gateways tells of an occasion: the first, and all of them where none can know. */
import { join } from 'node:path';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, onTestFinished, test } from 'vitest';
import { AuthDatabase } from '../auth/auth-database.ts';
import { FRESH_MS } from './limits.ts';
import type { Occasion } from './occasion.ts';
import { SESSION } from './session.fixture.ts';
import { Told } from './told.ts';

const OCCASION: Occasion = {
  ...{ kind: 'asks', session: SESSION, name: 'apples', what: 'needs_permission' },
  ...{ sinceMs: 1_000, workedMs: 0 },
};

async function twoGateways() {
  const path = join(await temporaryDirectory(), 'gateway.db');
  const clock = new ManualClock();
  const open = async (): Promise<Told> => {
    const database = new AuthDatabase(path);
    await database.start();
    onTestFinished(async () => await database.stop());
    return new Told(database, clock);
  };
  return { clock, one: await open(), two: await open() };
}

test('of two gateways that see the same, one tells', async () => {
  const { one, two } = await twoGateways();
  expect([two.isFirst(OCCASION), one.isFirst(OCCASION)]).toEqual([true, false]);
  expect(one.isFirst({ ...OCCASION, sinceMs: 2_000 })).toBe(true);
});

test('it is remembered as long as another may take it for news', async () => {
  const { clock, one, two } = await twoGateways();
  one.isFirst(OCCASION);
  clock.advance(FRESH_MS);
  expect(two.isFirst(OCCASION)).toBe(false);
  clock.advance(1);
  expect(two.isFirst(OCCASION)).toBe(true);
});
