/** A book of usage on a real database, and what it is told. */
import { join } from 'node:path';
import { makeSessionId } from '@dashboard/protocol/ids';
import { UsageReport, type Tokens, type UsageGroup } from '@dashboard/protocol/usage';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { Value } from 'typebox/value';
import { expect, onTestFinished } from 'vitest';
import { UsageBook, type UsageLine, type UsageObserver } from '../usage/index.ts';
import { SessionStore } from './session-store.ts';
import { UsageStore } from './usage-store.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** Noon of a day. */
export const NOON_MS = 20_000 * DAY_MS + 12 * HOUR_MS;
export const SESSION = makeSessionId(NOON_MS, new Uint8Array(16));
export const OF = { id: 'c-1', session: SESSION, project: '/projects/lab', sinceMs: NOON_MS };
const PATH = '/transcripts/c-1.jsonl';

export const QUIET: UsageObserver = {
  spent: () => undefined,
  waited: () => undefined,
  unwritten: (error) => {
    throw error;
  },
};

export class Desk {
  readonly clock = new ManualClock(NOON_MS);
  readonly store: SessionStore;
  readonly observer: UsageObserver;
  book: UsageBook;
  #offset = 0;

  constructor(path: string, observer: UsageObserver) {
    this.store = new SessionStore({ path, onUnreadable: () => undefined });
    this.observer = observer;
    this.book = this.#open();
  }

  /** What a worker that was killed has not written down is gone; what it has read is read again. */
  restart(): void {
    this.book = this.#open();
    this.#offset = this.book.offset(PATH);
  }

  read(lines: readonly UsageLine[], of = OF): void {
    this.#offset += lines.length;
    this.book.take(of, { path: PATH, offset: this.#offset, lines });
  }

  get offset(): number {
    return this.#offset;
  }

  cost(totalUsd: number, model = 'opus', isFirst = false): void {
    this.book.cost(OF, { totalUsd, model, isFirst });
  }

  report(group: UsageGroup = 'day', timeZone?: string): UsageReport {
    const range = { from: '0', to: String(NOON_MS + 500 * DAY_MS) };
    const report = this.book.report({ ...range, group, ...(timeZone ? { timeZone } : {}) });
    expect(Value.Check(UsageReport, report)).toBe(true);
    return report;
  }

  #open(): UsageBook {
    const records = new UsageStore(this.store);
    return new UsageBook({ records, clock: this.clock, observer: this.observer });
  }
}

export async function openDesk(observer: UsageObserver = QUIET): Promise<Desk> {
  const desk = new Desk(join(await temporaryDirectory(), 'sessions.db'), observer);
  await desk.store.start();
  onTestFinished(() => desk.store.stop());
  return desk;
}

let messages = 0;

/** Of the four types, in their order. */
export function tokens(...counts: readonly number[]): Tokens {
  const [input = 0, output = 0, cacheRead = 0, cacheWrite = 0] = counts;
  return { input, output, cacheRead, cacheWrite };
}

export function message(
  used: Tokens,
  { model = 'opus', key = `m${++messages}`, atMs = NOON_MS } = {},
) {
  return { what: 'message', key, model, tokens: used, atMs } as const;
}

export function closing(...models: (readonly [model: string, tokens: Tokens, costUsd: number])[]) {
  const totalUsd = models.reduce((sum, [, , costUsd]) => sum + costUsd, 0);
  const used = models.map(([model, used, costUsd]) => ({ model, tokens: used, costUsd }));
  return { what: 'cost_state', totalUsd, models: used } as const;
}
