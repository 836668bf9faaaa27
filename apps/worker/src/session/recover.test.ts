/** What becomes of a record when its pane cannot be taken over, for ever or for a moment. */
import { DashboardError } from '@dashboard/protocol/errors';
import { makeSessionId, type SessionId } from '@dashboard/protocol/ids';
import type { SessionRecord } from '@dashboard/protocol/sessions';
import { systemClock } from '@dashboard/runtime/clock';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { ADOPT_AGAIN_FOR_MS } from './limits.ts';
import { newRecord } from './new-record.ts';
import type { AdoptedPane, Pane, PaneEngine, PaneExit, Screen } from './ports.ts';
import { recover, type Recovered } from './recover.ts';
import type { SessionDeps } from './session-deps.ts';
import { UnreachedSessions } from './unreached-sessions.ts';

const size = { cols: 80, rows: 24 };
const ignore = (): void => undefined;
const EMFILE = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
const GONE = new DashboardError('session_not_found', 'tmux has no such session');
const TIMED_OUT = new DashboardError('deadline_exceeded', 'tmux does not answer');

const screen: Screen = {
  lagBytes: 0,
  ...{ write: ignore, resize: ignore, reseed: ignore, dispose: ignore },
  hibernate: async () => undefined,
  text: async () => [],
  reconcile: async () => false,
  snapshot: async () => ({ offset: 0, size, scrollbackLines: 0, bytes: new Uint8Array(0) }),
};

/** One record and one pane, and what adopting that pane comes to, one time after the other. */
class Bench {
  readonly clock = new ManualClock();
  readonly id: SessionId = makeSessionId(0, new Uint8Array(16));
  readonly failures: unknown[] = [];
  readonly kept: SessionRecord[] = [];
  readonly #record: SessionRecord;
  readonly #outcomes: (Error | PaneExit | 'runs')[];
  tries = 0;
  disposed = 0;

  constructor(record: Partial<SessionRecord>, outcomes: readonly (Error | PaneExit | 'runs')[]) {
    const wish = { name: 'one', profile: 'shell', directory: '/', size } as const;
    const made = newRecord({
      id: this.id,
      wish,
      by: 'somebody' as never,
      engine: 'tmux',
      nowMs: 0,
    });
    this.#record = { ...made, phase: 'running', ...record };
    this.#outcomes = [...outcomes];
  }

  readonly engine: PaneEngine = {
    name: 'tmux',
    answeredQueries: new Set(),
    launch: () => Promise.reject(new Error('never asked')),
    survivors: async () => [this.id],
    adopt: async () => this.#adopt(),
  };

  readonly depsFor = (): SessionDeps => ({
    clock: this.clock,
    engine: this.engine,
    screens: { create: () => screen },
    records: this.#records,
    agents: {
      watch: () => ({
        status: null,
        started: ignore,
        drew: ignore,
        ended: ignore,
        dispose: ignore,
      }),
      canResume: () => false,
    },
    observer: { changed: ignore, printed: ignore, torn: ignore, resynced: ignore, failed: ignore },
  });

  async recover(): Promise<Recovered> {
    const onFailure = (_id: SessionId, error: unknown): void => void this.failures.push(error);
    const options = { records: this.#records, engines: [this.engine], clock: this.clock };
    const recovering = recover({ ...options, depsFor: this.depsFor, onFailure });
    const stopMoving = systemClock.every(1, () => this.clock.advance(50));
    return await recovering.finally(stopMoving);
  }

  readonly #records = {
    all: () => [this.#record],
    put: (record: SessionRecord) => void this.kept.push(record),
    ...{ remove: ignore, putScreen: ignore, screen: () => undefined },
  };

  #adopt(): AdoptedPane {
    this.tries++;
    const outcome = this.#outcomes.length > 1 ? this.#outcomes.shift() : this.#outcomes[0];
    if (outcome instanceof Error) throw outcome;
    const exit = typeof outcome === 'object' ? outcome : undefined;
    return { pane: this.#pane(), seed: { size, bytes: new Uint8Array(0) }, exit };
  }

  #pane(): Pane {
    return {
      ...{ pid: 4711, size, pendingInputBytes: 0 },
      ...{ write: ignore, onDrained: ignore, resize: ignore, pause: ignore, resume: ignore },
      signal: ignore,
      dispose: async () => void this.disposed++,
    };
  }
}

test.each([EMFILE, TIMED_OUT])('%s: it is tried again, and goes on', async (passing) => {
  const bench = new Bench({}, [passing, passing, 'runs']);
  const { sessions, lost, unreached } = await bench.recover();
  expect(sessions[0]).toMatchObject({ isRunning: true, record: { phase: 'running' } });
  expect({ lost, unreached, failures: bench.failures }).toEqual({
    ...{ lost: [], unreached: [], failures: [] },
  });
});

test('a pane that is gone is asked for once, and its session is lost', async () => {
  const bench = new Bench({}, [GONE]);
  const { lost } = await bench.recover();
  expect(lost).toEqual([bench.id]);
  expect(bench.tries).toBe(1);
  expect(bench.kept).toMatchObject([{ phase: 'lost' }]);
});

test('what does not pass in time is lost to whoever looks, not on disk, and is found later', async () => {
  const bench = new Bench({}, [...Array<Error>(1_000).fill(EMFILE)]);
  const { sessions, lost, unreached } = await bench.recover();
  expect(bench.clock.monotonicMs()).toBeLessThan(2 * ADOPT_AGAIN_FOR_MS);
  expect(sessions[0]).toMatchObject({ isRunning: false, record: { phase: 'lost' } });
  expect(lost, 'nobody may launch it beside itself').toEqual([]);
  expect(bench.kept).toEqual([]);
  expect(bench.failures).toEqual([EMFILE]);

  const found = new Bench({}, [EMFILE, 'runs']);
  const waiting = unreached.map((each) => ({ ...each, engine: found.engine }));
  const put = Promise.withResolvers<unknown>();
  const again = new UnreachedSessions(waiting, {
    depsFor: found.depsFor,
    known: new Map(sessions.map((session) => [session.id, session])),
    put: async (session) => put.resolve(session),
  });
  const sweep = (): number => {
    again.tryAgain();
    return found.tries;
  };
  await expect.poll(sweep).toBe(2);
  expect(await put.promise).toMatchObject({ isRunning: true });
});

test('what a person has removed meanwhile is not brought back', async () => {
  const bench = new Bench({}, [...Array<Error>(1_000).fill(EMFILE)]);
  const { unreached } = await bench.recover();
  const before = bench.tries;
  const put = (): Promise<void> => Promise.reject(new Error('never put'));
  const { depsFor } = bench;
  const again = new UnreachedSessions(unreached, { depsFor, known: new Map(), put });
  again.tryAgain();
  await again.stop();
  expect(bench.tries).toBe(before);
});

test('an ended program is cleared away; one that runs though its record says lost is taken back', async () => {
  const ended = { phase: 'lost', endedAtMs: 5 } as const;
  const dead = new Bench(ended, [{ code: 0, signal: null }]);
  expect((await dead.recover()).sessions[0]).toMatchObject({ record: ended, isRunning: false });
  expect(dead.disposed).toBe(1);
  expect(dead.kept).toEqual([]);

  const alive = new Bench(ended, ['runs']);
  const { sessions } = await alive.recover();
  expect(sessions[0]).toMatchObject({ isRunning: true, record: { phase: 'running' } });
  expect(alive.kept.at(-1)).toMatchObject({ phase: 'running', endedAtMs: null });
});
