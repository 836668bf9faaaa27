/** Of which time usage is shown, and into which bars it is cut. */

export type RangeName = '24h' | '7d' | '30d' | 'custom';

export interface Range {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  readonly cut: 'hour' | 'day';
}

const HOUR_MS = 3_600_000;
const DAYS: Readonly<Record<Exclude<RangeName, 'custom' | '24h'>, number>> = { '7d': 7, '30d': 30 };
/** More bars than hours of two days are no bars any more. */
const HOURLY_MS_MAX = 48 * HOUR_MS;

/** Whole hours, or whole days of this browser's time zone; today is the last. */
export function rangeOf(name: Exclude<RangeName, 'custom'>, nowMs: number): Range {
  if (name === '24h') {
    const toMs = (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
    return { fromMs: toMs - 24 * HOUR_MS, toMs, cut: 'hour' };
  }
  const { year, month, day } = partsOf(nowMs);
  const from = new Date(year, month, day - DAYS[name] + 1);
  return { fromMs: from.getTime(), toMs: new Date(year, month, day + 1).getTime(), cut: 'day' };
}

/** @param from @param to days as 2026-11-25, both included; undefined when they are none */
export function customRange(from: string, to: string): Range | undefined {
  const [first, last] = [dayStart(from, 0), dayStart(to, 1)];
  if (!(first < last)) return undefined;
  return { fromMs: first, toMs: last, cut: last - first <= HOURLY_MS_MAX ? 'hour' : 'day' };
}

/** The keys of all bars, in order, those without anything too. */
export function keysIn({ fromMs, toMs, cut }: Range): readonly string[] {
  const keys: string[] = [];
  const { year, month, day } = partsOf(fromMs);
  for (let place = 0; ; place++) {
    const atMs = cut === 'hour' ? fromMs + place * HOUR_MS : dateMs(year, month, day + place);
    if (atMs >= toMs) return keys;
    const key = cut === 'hour' ? `${dayKey(atMs)}T${hourKey(atMs)}:00` : dayKey(atMs);
    if (keys.at(-1) !== key) keys.push(key); // an hour that comes twice in the autumn
  }
}

/** "2026-11-25" */
export function dayKey(atMs: number): string {
  const { year, month, day } = partsOf(atMs);
  return `${year}-${two(month + 1)}-${two(day)}`;
}

function hourKey(atMs: number): string {
  return two(new Date(atMs).getHours());
}

function dayStart(day: string, more: number): number {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  return dateMs(Number(year), Number(month) - 1, Number(date) + more);
}

function dateMs(year: number, month: number, day: number): number {
  return new Date(year, month, day).getTime();
}

function partsOf(atMs: number) {
  const date = new Date(atMs);
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
