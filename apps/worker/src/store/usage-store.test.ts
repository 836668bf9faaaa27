/** The book of usage on a real database: whatever is told in whatever pieces, all is counted once. */
import type { AgentState } from '@dashboard/protocol/agents';
import { describe, expect, test } from 'vitest';
import {
  closing,
  DAY_MS,
  HOUR_MS,
  message,
  NOON_MS,
  OF,
  openDesk,
  QUIET,
  SESSION,
  tokens,
} from './usage-store.fixture.ts';

describe('tokens', () => {
  test('of a message that is told again and again count as it was told last', async () => {
    const desk = await openDesk();
    desk.read([message(tokens(10, 1), { key: 'm' }), message(tokens(10, 30), { key: 'm' })]);
    await desk.book.stop();
    desk.restart();
    desk.read([message(tokens(10, 31), { key: 'm' }), message(tokens(10, 31), { key: 'm' })]);
    expect(desk.report().total).toMatchObject({ tokens: tokens(10, 31), requests: 1 });
  });

  test('that no message has are found in the closing account, and said to be of that kind', async () => {
    const desk = await openDesk();
    desk.read([message(tokens(10, 5)), closing(['opus', tokens(17, 9), 0.5])]);
    const { total } = desk.report();
    expect(total).toMatchObject({ tokens: tokens(17, 9), unlistedTokens: 11, costUsd: 0.5 });
  });

  test('of a copy of the conversation, and of what was before the session, are not counted', async () => {
    const desk = await openDesk();
    desk.read([message(tokens(10), { key: 'm' })]);
    const copy = { ...OF, id: 'c-2' };
    desk.read([message(tokens(10), { key: 'm' }), message(tokens(5), { key: 'n' })], copy);
    desk.read([message(tokens(7), { atMs: NOON_MS - DAY_MS })]);
    desk.read([closing(['opus', tokens(15), 1])], copy);
    expect(desk.report().total).toMatchObject({ tokens: tokens(15), unlistedTokens: 0 });
  });
});

test('conversations are open until they are closed, for the next worker too', async () => {
  const desk = await openDesk();
  desk.book.open(OF);
  desk.book.open({ ...OF, id: 'c-2' });
  expect(desk.book.openOf(SESSION)).toEqual(['c-1', 'c-2']);
  await desk.book.stop();
  desk.restart();
  desk.book.close('c-1');
  expect(desk.book.openOf(SESSION)).toEqual(['c-2']);
  desk.read([message(tokens(1))]);
  expect(desk.book.openOf(SESSION)).toEqual(['c-2', 'c-1']);
});

describe('cost', () => {
  test('is what the status line adds to it; a program that goes on tells the whole again', async () => {
    const desk = await openDesk();
    desk.cost(0, 'opus', true);
    desk.cost(0.25);
    desk.cost(0.25);
    desk.restart(); // nothing of it was written down
    desk.cost(0.25);
    desk.cost(0.3);
    await desk.book.stop();
    desk.restart();
    desk.cost(0.3, 'opus', true);
    desk.cost(0.5);
    expect(desk.report().total.costUsd).toBeCloseTo(0.5);
  });

  test('that a program which was killed forgot is not counted again, nor lost', async () => {
    const desk = await openDesk();
    desk.cost(1);
    desk.cost(0.1, 'opus', true); // it goes on from an older account
    desk.cost(0.4);
    desk.read([closing(['opus', tokens(5), 0.45])]);
    expect(desk.report().total.costUsd).toBeCloseTo(1.35);
  });

  test('of before the session is known from its first status line, and not counted', async () => {
    const desk = await openDesk();
    desk.read([message(tokens(7), { atMs: NOON_MS - DAY_MS })]);
    desk.cost(3, 'opus', true);
    desk.cost(3.5);
    expect(desk.report().total.costUsd).toBeCloseTo(0.5);
  });

  test('is moved to the model that it was of, in the hours in which that was used', async () => {
    const desk = await openDesk();
    desk.read([message(tokens(100)), message(tokens(50), { model: 'haiku' })]);
    desk.cost(1);
    desk.clock.advance(DAY_MS);
    desk.read([message(tokens(100), { atMs: desk.clock.nowMs() })]);
    desk.cost(1.8);
    desk.read([closing(['opus', tokens(200), 1.6], ['haiku', tokens(50), 0.2])]);
    const days = desk.report('day').rows;
    expect(days.map(({ costUsd }) => costUsd)).toEqual([1, expect.closeTo(0.8)]);
    expect(days[0]?.models).toMatchObject([
      { model: 'opus', costUsd: expect.closeTo(0.8) },
      { model: 'haiku', costUsd: expect.closeTo(0.2) },
    ]);
    expect(days[1]?.models).toMatchObject([{ model: 'opus', costUsd: expect.closeTo(0.8) }]);
  });

  test('that nobody told is null, and its tokens are said to have none', async () => {
    const desk = await openDesk();
    desk.read([message(tokens(9))]);
    expect(desk.report().total).toMatchObject({ costUsd: null, tokensWithoutCost: 9 });
  });
});

describe('waiting for a person', () => {
  test('lasts from the question until the agent does anything else, and counts while it lasts', async () => {
    const waited: [AgentState, number][] = [];
    const desk = await openDesk({ ...QUIET, waited: (...one) => void waited.push(one) });
    const see = (state: AgentState, sinceMs = desk.clock.nowMs()) =>
      desk.book.see({ session: SESSION, project: OF.project }, { state, sinceMs });
    see('working');
    see('needs_permission');
    const sinceMs = desk.clock.nowMs();
    desk.clock.advance(5_000);
    see('needs_permission', sinceMs);
    expect(desk.report()).toMatchObject({
      total: { waitedMs: 5_000, waits: 1 },
      waiting: [SESSION],
    });
    desk.clock.advance(1_000);
    see('needs_plan');
    desk.clock.advance(2_000);
    see('idle');
    desk.clock.advance(60_000);
    see('working');
    expect(waited).toEqual([
      ['needs_permission', 6_000],
      ['needs_plan', 2_000],
    ]);
    expect(desk.report('session').rows).toMatchObject([
      { key: SESSION, project: OF.project, name: null, waitedMs: 8_000, waits: 2 },
    ]);
  });
});

describe('a report', () => {
  test('has the days of whoever asks', async () => {
    const desk = await openDesk();
    desk.clock.advance(11 * HOUR_MS);
    desk.read([message(tokens(1)), message(tokens(2), { atMs: desk.clock.nowMs() })]);
    expect(desk.report('day').rows.map(({ key }) => key)).toEqual(['2024-10-04']);
    const there = desk.report('day', 'Asia/Tokyo').rows.map(({ key }) => key);
    expect(there).toEqual(['2024-10-04', '2024-10-05']);
    const hours = desk.report('hour', 'Asia/Tokyo').rows.map(({ key }) => key);
    expect(hours).toEqual(['2024-10-04T21:00', '2024-10-05T08:00']);
  });

  test('refuses a time zone that there is not, and a range that is none', async () => {
    const { book } = await openDesk();
    const query = { from: '0', to: '10', group: 'day' } as const;
    expect(() => book.report({ ...query, timeZone: 'Mars/Base' })).toThrow('no time zone');
    expect(() => book.report({ ...query, to: '0' })).toThrow('from is not before to');
  });

  test('says how much an hour costs at the rate of now', async () => {
    const desk = await openDesk();
    desk.clock.advance(30 * 60_000);
    desk.read([message(tokens(500), { atMs: desk.clock.nowMs() })]);
    desk.cost(2);
    expect(desk.report().burn).toEqual({
      costUsdPerHour: 4,
      tokensPerHour: 1000,
      overMs: 1_800_000,
    });
    desk.clock.advance(2 * HOUR_MS);
    expect(desk.report().burn).toEqual({ costUsdPerHour: 0, tokensPerHour: 0, overMs: HOUR_MS });
  });

  test('keeps long ago by day and project, and forgets it in the end', async () => {
    const desk = await openDesk();
    desk.read([message(tokens(1)), message(tokens(2), { atMs: NOON_MS + HOUR_MS })]);
    desk.cost(1);
    await desk.book.stop();
    desk.clock.advance(50 * DAY_MS);
    await desk.book.start();
    expect(desk.report('session').rows).toEqual([]);
    expect(desk.report('project').rows).toMatchObject([
      { key: OF.project, tokens: tokens(3), requests: 2, costUsd: 1 },
    ]);
    await desk.book.stop();
    desk.clock.advance(400 * DAY_MS);
    await desk.book.start();
    expect(desk.report('project').rows).toEqual([]);
    await desk.book.stop();
  });
});

test('limits are those that were told last, of each account and window', async () => {
  const desk = await openDesk();
  const limit = { profile: 'claude', window: 'five_hour', usedPercent: 10 };
  desk.book.limit({ ...limit, resetsAtMs: NOON_MS + 1, toldAtMs: NOON_MS });
  desk.book.limit({ ...limit, usedPercent: 20, resetsAtMs: NOON_MS + 1, toldAtMs: NOON_MS });
  desk.book.limit({ ...limit, window: 'seven_day', resetsAtMs: NOON_MS + 9, toldAtMs: NOON_MS });
  const told = desk.report().limits.map(({ window, usedPercent }) => [window, usedPercent]);
  expect(told).toEqual([
    ['five_hour', 20],
    ['seven_day', 10],
  ]);
});
