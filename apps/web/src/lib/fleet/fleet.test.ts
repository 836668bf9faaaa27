/** The list of sessions: its order, its events, its filter. */
import type { AgentState } from '@dashboard/protocol/agents';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { anAgent } from '../agent/agent.fixture.ts';
import { apiThat } from '../api/api.fixture.ts';
import { Now } from '../ui/now.svelte.ts';
import { Fleet } from './fleet.svelte.ts';
import { inHeldOrder, inOrder } from './order.ts';
import { aSession } from './sessions.fixture.ts';
import { standingWords } from './standing.ts';

const MINUTE_MS = 60_000;
const NOW_MS = 1000 * MINUTE_MS;

const names = (sessions: readonly { name: string }[]) => sessions.map(({ name }) => name);

function aFleet(answer: Parameters<typeof apiThat>[0]) {
  const clock = new ManualClock(NOW_MS);
  const { api, asked } = apiThat(answer);
  return { fleet: new Fleet(api, new Now(clock), clock), clock, asked };
}

test('live shells come first, the recently active before the quiet, the ended by their end', () => {
  const sessions = [
    aSession({ name: 'ended long ago', phase: 'exited', endedAtMs: 1 }),
    aSession({ name: 'ended', phase: 'lost', endedAtMs: 500 }),
    aSession({ name: 'quiet', activeAtMs: NOW_MS - 90 * MINUTE_MS }),
    aSession({ name: 'less quiet', activeAtMs: NOW_MS - 10 * MINUTE_MS }),
    aSession({ name: 'busy', activeAtMs: NOW_MS }),
  ];
  expect(names(inOrder(sessions, NOW_MS))).toEqual([
    'busy',
    'less quiet',
    'quiet',
    'ended',
    'ended long ago',
  ]);
});

test('who needs a person comes first, the longest wait before others; then work, rest and shells', () => {
  const agent = (name: string, state: AgentState, sinceMs: number) =>
    aSession({ name, agent: anAgent({ state, sinceMs }) });
  const sessions = [
    aSession({ name: 'shell', activeAtMs: NOW_MS }),
    agent('rests', 'idle', 1),
    agent('rests since just now', 'interrupted', 9),
    agent('silent', 'unknown', 0),
    agent('works', 'working', 5),
    agent('failed', 'error', 7),
    agent('asks', 'needs_permission', 3),
    { ...agent('was asked', 'needs_permission', 0), phase: 'lost' as const, endedAtMs: 1 },
    agent('shrinks', 'compacting', 8),
  ];
  expect(names(inOrder(sessions, NOW_MS))).toEqual([
    ...['asks', 'failed'],
    ...['shrinks', 'works'], // the newer session first, whatever happens in them
    ...['rests since just now', 'rests'],
    ...['silent', 'shell', 'was asked'],
  ]);
});

test('counts say who stands where, and one of them alone can be shown', async () => {
  const sessions = [
    aSession({ name: 'a', agent: anAgent({ state: 'needs_plan' }) }),
    aSession({ name: 'b', agent: anAgent() }),
    aSession({ name: 'c' }),
    aSession({ name: 'd', phase: 'exited', endedAtMs: 1 }),
  ];
  const { fleet } = aFleet(() => ({ sessions }));
  await fleet.fetch();
  const counts = () => fleet.standings.map(([standing, count]) => standingWords(standing, count));
  expect(counts()).toEqual(['1 needs you', '1 working', '1 shell']);
  expect(fleet.titled('Sessions')).toBe('(1) Sessions · Dashboard');
  fleet.only = 'working';
  fleet.filter = 'nothing';
  expect([names(fleet.shown), counts()]).toEqual([[], ['1 needs you', '1 working', '1 shell']]);
  fleet.filter = '';
  expect(names(fleet.shown)).toEqual(['b']);
  fleet.only = undefined;
  fleet.filter = 'plan to';
  expect(names(fleet.shown)).toEqual(['a']);
});

test('the next that needs a person: in a ring, and never the one that is open', async () => {
  const needy = (name: string, sinceMs: number) =>
    aSession({ name, agent: anAgent({ state: 'needs_answer', sinceMs }) });
  const [a, b, c] = [needy('a', 1), needy('b', 2), aSession({ name: 'c' })];
  const { fleet } = aFleet(() => ({ sessions: [b, c, a] }));
  await fleet.fetch();
  const next = (id: string | undefined) => fleet.nextNeedy(id)?.name;
  expect([next(undefined), next(c.id), next(a.id), next(b.id)]).toEqual(['a', 'a', 'b', 'a']);
  fleet.apply({ type: 'session', session: { ...b, agent: anAgent() } });
  expect(next(a.id)).toBeUndefined();
  fleet.apply({ type: 'session_removed', id: a.id });
  expect(next(undefined)).toBeUndefined();
  expect(fleet.titled('x')).toBe('x · Dashboard');
});

test('two busy sessions do not change places each time one of them prints', () => {
  const [a, b] = [aSession({ name: 'a' }), aSession({ name: 'b' })];
  const first = inOrder(
    [
      { ...a, activeAtMs: NOW_MS },
      { ...b, activeAtMs: NOW_MS - 5 },
    ],
    NOW_MS,
  );
  const then = inOrder(
    [
      { ...a, activeAtMs: NOW_MS },
      { ...b, activeAtMs: NOW_MS + 5 },
    ],
    NOW_MS,
  );
  expect(names(first)).toEqual(names(then));
});

test('a held order keeps its places; what is gone is left out, what is new comes last', () => {
  const [a, b, c] = [aSession({ name: 'a' }), aSession({ name: 'b' }), aSession({ name: 'c' })];
  expect(names(inHeldOrder([c, b], [a.id, b.id]))).toEqual(['b', 'c']);
});

test('an event that comes while the list is on its way is newer than the list', async () => {
  const old = aSession({ name: 'old name' });
  const { fleet } = aFleet(() => {
    fleet.apply({ type: 'session', session: { ...old, name: 'new name' } });
    return { sessions: [old] };
  });
  await fleet.fetch();
  expect(names(fleet.ordered)).toEqual(['new name']);
});

test('sessions appear, change and vanish as events say', async () => {
  const session = aSession({ name: 'a' });
  const { fleet } = aFleet(() => ({ sessions: [] }));
  await fleet.fetch();
  fleet.apply({ type: 'session', session });
  fleet.apply({ type: 'session', session: { ...session, name: 'b' } });
  expect(names(fleet.live)).toEqual(['b']);
  fleet.apply({ type: 'session', session: { ...session, phase: 'exited', endedAtMs: 1 } });
  expect([fleet.live.length, fleet.ended.length]).toEqual([0, 1]);
  fleet.apply({ type: 'session_removed', id: session.id });
  expect(fleet.count).toBe(0);
});

test('a reset fetches everything anew', async () => {
  const { fleet, asked } = aFleet(() => ({ sessions: [] }));
  fleet.apply({ type: 'reset' });
  await expect.poll(() => fleet.isLoaded).toBe(true);
  expect(asked.map(({ line }) => line)).toEqual(['GET /api/sessions']);
});

test('nothing changes its place while somebody points at the list', async () => {
  const quiet = aSession({ name: 'quiet', activeAtMs: 0 });
  const busy = aSession({ name: 'busy', activeAtMs: NOW_MS });
  const { fleet } = aFleet(() => ({ sessions: [quiet, busy] }));
  await fleet.fetch();
  fleet.hold();
  fleet.apply({ type: 'session', session: { ...busy, phase: 'exited', endedAtMs: 1 } });
  fleet.apply({ type: 'session', session: { ...quiet, activeAtMs: NOW_MS } });
  expect(names(fleet.ordered)).toEqual(['busy', 'quiet']);
  fleet.release();
  expect(names(fleet.ordered)).toEqual(['quiet', 'busy']);
});

test('a pointer that rests holds nothing for long, a focus does', async () => {
  const [a, b] = [aSession({ name: 'a', activeAtMs: NOW_MS }), aSession({ name: 'b' })];
  const { fleet, clock } = aFleet(() => ({ sessions: [a, b] }));
  await fleet.fetch();
  const change = (from: number) =>
    fleet.apply({ type: 'session', session: { ...a, phase: 'exited', endedAtMs: from } });
  fleet.hold('briefly');
  change(1);
  clock.advance(7_000);
  fleet.hold('briefly');
  clock.advance(7_000);
  expect(names(fleet.ordered)).toEqual(['a', 'b']);
  clock.advance(1_000);
  expect(names(fleet.ordered)).toEqual(['b', 'a']);
  fleet.hold();
  fleet.hold('briefly');
  fleet.apply({ type: 'session', session: a });
  clock.advance(60_000);
  expect(names(fleet.ordered)).toEqual(['b', 'a']);
  fleet.release();
  expect(names(fleet.ordered)).toEqual(['a', 'b']);
});

test('the filter takes words in any order from name, directory and profile', async () => {
  const sessions = [
    aSession({ name: 'retry', directory: '/srv/relay', profile: 'claude' }),
    aSession({ name: 'server', directory: '/srv/shop' }),
  ];
  const { fleet } = aFleet(() => ({ sessions }));
  await fleet.fetch();
  fleet.filter = 'claude RELAY';
  expect(names(fleet.shown)).toEqual(['retry']);
});
