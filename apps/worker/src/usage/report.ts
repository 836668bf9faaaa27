/** Rows of the book put together as somebody asks for them: by hour, day, project, model or session. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import { USAGE_MODELS_MAX, USAGE_ROWS_MAX } from '@dashboard/protocol/limits';
import type {
  ModelUsage,
  UsageFigures,
  UsageGroup,
  UsageQuery,
  UsageReport,
  UsageRow,
} from '@dashboard/protocol/usage';
import type { HourRow, WaitRow } from './ports.ts';
import { NO_TOKENS, plus, totalOf } from './tokens.ts';

export interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly group: UsageGroup;
  readonly timeZone: string;
}

/** @throws DashboardError invalid_request */
export function parseQuery({ from, to, group, timeZone = 'UTC' }: UsageQuery): Asked {
  const [fromMs, toMs] = [Number(from), Number(to)];
  if (fromMs >= toMs) throw new DashboardError('invalid_request', 'from is not before to');
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new DashboardError('invalid_request', `no time zone ${timeZone}`);
  }
  return { fromMs, toMs, group, timeZone };
}

export function report(
  book: { readonly hours: readonly HourRow[]; readonly waits: readonly WaitRow[] },
  asked: Asked,
  nameOf: (session: SessionId) => string | undefined,
): Pick<UsageReport, 'total' | 'rows' | 'isTruncated'> {
  const total = new Heap();
  const groups = new Map<string, Heap>();
  const keyOf = keysOf(asked);
  const heapOf = (row: HourRow | WaitRow): Heap | undefined => {
    const key = keyOf(row);
    if (key === undefined) return undefined;
    const heap = groups.get(key) ?? new Heap();
    groups.set(key, heap);
    return heap;
  };
  for (const row of book.hours) for (const heap of [total, heapOf(row)]) heap?.add(row);
  for (const row of book.waits) for (const heap of [total, heapOf(row)]) heap?.wait(row);
  const rows = [...groups].map(([key, heap]): UsageRow => {
    const isSession = asked.group === 'session';
    const name = isSession ? (nameOf(key as SessionId) ?? null) : null; // keys of sessions are ids
    return {
      key,
      name,
      project: isSession ? heap.project : null,
      ...heap.figures(),
      models: heap.models(),
    };
  });
  const isOfTime = asked.group === 'hour' || asked.group === 'day';
  const ordered = isOfTime
    ? rows.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(-USAGE_ROWS_MAX)
    : rows.sort(mostFirst).slice(0, USAGE_ROWS_MAX);
  return { total: total.figures(), rows: ordered, isTruncated: rows.length > USAGE_ROWS_MAX };
}

/** Undefined where a row belongs to none: a wait to no model, a day of long ago to no session. */
function keysOf({ group, timeZone }: Asked): (row: HourRow | WaitRow) => string | undefined {
  if (group === 'project') return ({ project }) => project;
  if (group === 'session') return ({ session }) => (session === '' ? undefined : session);
  if (group === 'model') return (row) => ('model' in row ? row.model : undefined);
  const known = new Map<number, string>();
  const format = new Intl.DateTimeFormat('en', {
    ...({ timeZone, hourCycle: 'h23', year: 'numeric' } as const),
    ...({ month: '2-digit', day: '2-digit', hour: '2-digit' } as const),
  });
  return ({ hourMs }) => {
    const key = known.get(hourMs) ?? localTime(format, hourMs, group === 'hour');
    known.set(hourMs, key);
    return key;
  };
}

function localTime(format: Intl.DateTimeFormat, atMs: number, hasHour: boolean): string {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const day = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  return hasHour ? `${day}T${part('hour')}:00` : day;
}

function mostFirst(a: UsageRow, b: UsageRow): number {
  const byCost = (b.costUsd ?? 0) - (a.costUsd ?? 0);
  return byCost || totalOf(b.tokens) - totalOf(a.tokens) || b.waitedMs - a.waitedMs;
}

interface Sum {
  tokens: HourRow['tokens'];
  unlistedTokens: number;
  requests: number;
  costUsd: number;
}

const nothing = (): Sum => ({ tokens: NO_TOKENS, unlistedTokens: 0, requests: 0, costUsd: 0 });

/** What belongs together, summed up. */
class Heap {
  readonly #all = nothing();
  readonly #models = new Map<string, Sum>();
  readonly #sessions = new Map<string, Sum>();
  #waitedMs = 0;
  #waits = 0;
  project: string | null = null;

  add(row: HourRow): void {
    this.project ??= row.project;
    for (const sum of [
      this.#all,
      sumIn(this.#models, row.model),
      sumIn(this.#sessions, row.session === '' ? row.project : row.session),
    ]) {
      sum.tokens = plus(sum.tokens, row.tokens);
      sum.unlistedTokens += row.unlistedTokens;
      sum.requests += row.requests;
      sum.costUsd += row.costUsd;
    }
  }

  wait({ project, waitedMs, waits }: WaitRow): void {
    this.project ??= project;
    this.#waitedMs += waitedMs;
    this.#waits += waits;
  }

  figures(): UsageFigures {
    const uncosted = [...this.#sessions.values()].filter(({ costUsd }) => costUsd <= 0);
    return {
      ...spending(this.#all),
      tokensWithoutCost: uncosted.reduce((sum, { tokens }) => sum + totalOf(tokens), 0),
      waitedMs: Math.round(this.#waitedMs),
      waits: this.#waits,
    };
  }

  models(): ModelUsage[] {
    const all = [...this.#models].map(([model, sum]) => ({ model, ...spending(sum) }));
    all.sort((a, b) => totalOf(b.tokens) - totalOf(a.tokens) || (a.model < b.model ? -1 : 1));
    if (all.length <= USAGE_MODELS_MAX) return all;
    const others = all.slice(USAGE_MODELS_MAX - 1).reduce(together);
    return [...all.slice(0, USAGE_MODELS_MAX - 1), { ...others, model: 'other' }];
  }
}

function sumIn(sums: Map<string, Sum>, key: string): Sum {
  const sum = sums.get(key) ?? nothing();
  sums.set(key, sum);
  return sum;
}

function spending(sum: Sum) {
  return { ...sum, costUsd: sum.costUsd > 0 ? sum.costUsd : null };
}

function together(one: ModelUsage, other: ModelUsage): ModelUsage {
  const costUsd = (one.costUsd ?? 0) + (other.costUsd ?? 0);
  return {
    model: one.model,
    tokens: plus(one.tokens, other.tokens),
    unlistedTokens: one.unlistedTokens + other.unlistedTokens,
    requests: one.requests + other.requests,
    costUsd: costUsd > 0 ? costUsd : null,
  };
}
