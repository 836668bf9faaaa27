/** However many are refused, the log has few lines of it, and says how many there were. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../test/test-app.ts';
import { REFUSALS_TOLD_MAX, REFUSALS_WINDOW_MS } from '../limits.ts';

const FLOOD = 5 * REFUSALS_TOLD_MAX;

const Line = Type.Object({
  msg: Type.String(),
  code: Type.Optional(Type.String()),
  count: Type.Optional(Type.Integer()),
  status: Type.Optional(Type.Integer()),
});
type Line = Static<typeof Line>;

test.each([
  ['an address that no route knows', 'not_found', '/api/nothing'],
  ['somebody who is not logged in', 'unauthenticated', '/api/me'],
  ['an address that cannot be decoded, which no hook sees', 'invalid_request', '/api/%zz'],
])('of a flood the first have lines, the rest a number: %s', async (...[, code, url]) => {
  const { browser, clock, log } = await startTestApp();
  await flood(browser, url);
  expect(linesOf(log, { code })).toHaveLength(REFUSALS_TOLD_MAX);
  expect(linesOf(log, { msg: 'request' }).length).toBeLessThanOrEqual(REFUSALS_TOLD_MAX);
  clock.advance(REFUSALS_WINDOW_MS);
  const [rest] = linesOf(log, { msg: 'refused more often' });
  expect(rest).toMatchObject({ code, count: FLOOD - REFUSALS_TOLD_MAX });
});

test('one code does not hide another, and the next window begins anew', async () => {
  const { browser, clock, log } = await startTestApp({
    config: { rateLimit: { windowMs: 60_000, requestsMax: 1 } },
  });
  await flood(browser, '/api/setup');
  expect(linesOf(log, { code: 'rate_limited' })).toHaveLength(REFUSALS_TOLD_MAX);
  await browser({ host: 'rebound.example', address: '192.0.2.2' }).request('GET', '/api/setup');
  expect(linesOf(log, { code: 'foreign_host' })).toHaveLength(1);
  clock.advance(REFUSALS_WINDOW_MS);
  await browser().request('GET', '/api/setup');
  // Its own lines of both windows, and the one with the number.
  expect(linesOf(log, { code: 'rate_limited' })).toHaveLength(REFUSALS_TOLD_MAX + 2);
  clock.advance(REFUSALS_WINDOW_MS);
  expect(linesOf(log, { msg: 'refused more often' })).toHaveLength(1);
});

test('whoever is logged in is told of each time', async () => {
  const { owner, log } = await startTestApp();
  const person = await owner();
  for (let asked = 0; asked < FLOOD; asked++) {
    await person.refused('invalid_request', 'GET', '/api/me?x=1');
  }
  expect(linesOf(log, { code: 'invalid_request' })).toHaveLength(FLOOD);
  expect(linesOf(log, { msg: 'request', status: 400 })).toHaveLength(FLOOD);
});

test('a stop tells what was not told yet', async () => {
  const { app, browser, log } = await startTestApp();
  await flood(browser, '/api/me');
  await app.close();
  const [rest] = linesOf(log, { msg: 'refused more often' });
  expect(rest?.count).toBe(FLOOD - REFUSALS_TOLD_MAX);
});

async function flood(browser: TestApp['browser'], url: string): Promise<void> {
  const stranger = browser();
  for (let asked = 0; asked < FLOOD; asked++) await stranger.request('GET', url);
}

function linesOf(log: readonly string[], wanted: Partial<Line>): readonly Line[] {
  return log
    .map((text) => Value.Parse(Line, JSON.parse(text)))
    .filter((line) => Value.Equal({ ...line, ...wanted }, line));
}
