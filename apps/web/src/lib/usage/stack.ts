/** Rows of a report as bars that stand on each other: a series for each model or type of token. */
import { TOKEN_TYPES, type TokenType, type UsageRow } from '@dashboard/protocol/usage';

export interface Series {
  readonly label: string;
  /** One for each key. */
  readonly values: readonly number[];
}

export interface Bars {
  readonly keys: readonly string[];
  /** The lowest first. */
  readonly series: readonly Series[];
}

export const TOKEN_WORDS: Readonly<Record<TokenType, string>> = {
  input: 'Input',
  output: 'Output',
  cacheRead: 'Cache read',
  cacheWrite: 'Cache write',
};

export function costByModel(keys: readonly string[], rows: readonly UsageRow[]): Bars {
  const found = new Map(rows.map((row) => [row.key, row]));
  const names = [...new Set(rows.flatMap(({ models }) => models.map(({ model }) => model)))];
  const series = names
    .map((label) => ({
      label,
      values: keys.map(
        (key) => found.get(key)?.models.find(({ model }) => model === label)?.costUsd ?? 0,
      ),
    }))
    .filter(({ values }) => values.some((value) => value > 0))
    .sort((a, b) => sum(b.values) - sum(a.values));
  return { keys, series };
}

export function tokensByType(keys: readonly string[], rows: readonly UsageRow[]): Bars {
  const found = new Map(rows.map((row) => [row.key, row]));
  const series = TOKEN_TYPES.map((type) => ({
    label: TOKEN_WORDS[type],
    values: keys.map((key) => found.get(key)?.tokens[type] ?? 0),
  }));
  return { keys, series: series.filter(({ values }) => values.some((value) => value > 0)) };
}

export function waitingOf(keys: readonly string[], rows: readonly UsageRow[]): Bars {
  const found = new Map(rows.map((row) => [row.key, row]));
  const values = keys.map((key) => found.get(key)?.waitedMs ?? 0);
  return { keys, series: sum(values) > 0 ? [{ label: 'Waited', values }] : [] };
}

/** Each series with all below it: what a chart draws, from the highest to the lowest. */
export function heaped({ series }: Bars): readonly (readonly number[])[] {
  let below: readonly number[] = [];
  return series.map(({ values }) => {
    below = values.map((value, place) => value + (below[place] ?? 0));
    return below;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
