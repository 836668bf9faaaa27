/** Figures of usage in few letters, for tables, axes and tiles. */
import {
  TOKEN_TYPES,
  type AccountLimit,
  type Tokens,
  type UsageReport,
} from '@dashboard/protocol/usage';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Less is told in tenths of a second. */
const TENTHS_MS = 10_000;
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** "$12.40", "$0.0081"; a dash where nobody told it. */
export function dollars(usd: number | null): string {
  if (usd === null) return '–';
  if (usd === 0) return '$0';
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** "812", "9.1K", "12M" */
export function count(number: number): string {
  return COMPACT.format(number);
}

/** "12 s", "4 min", "2 h 5 min" */
export function duration(ms: number): string {
  if (ms > 0 && ms < TENTHS_MS) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < MINUTE_MS) return `${Math.round(ms / 1000)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  return `${Math.floor(ms / HOUR_MS)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
}

/** A worker that has watched for less than this knows no rate. */
const BURN_KNOWN_AFTER_MS = 5 * MINUTE_MS;

export function burnWords(burn: UsageReport['burn']): { value: string; note: string } {
  if (burn.overMs < BURN_KNOWN_AFTER_MS) return { value: '–', note: 'too early to tell' };
  return {
    value: `${dollars(burn.costUsdPerHour)}/h`,
    note: `${count(burn.tokensPerHour)} tokens/h over the last ${duration(burn.overMs)}`,
  };
}

export function totalOf(tokens: Tokens): number {
  return TOKEN_TYPES.reduce((sum, type) => sum + tokens[type], 0);
}

const WINDOWS: Readonly<Record<string, string>> = { five_hour: '5 hours', seven_day: '7 days' };

export function windowWords({ window }: AccountLimit): string {
  return WINDOWS[window] ?? window.replaceAll('_', ' ');
}

/** "resets in 2 h 5 min", or that it has. */
export function resetWords({ resetsAtMs }: AccountLimit, nowMs: number): string {
  return resetsAtMs <= nowMs ? 'has reset since' : `resets in ${duration(resetsAtMs - nowMs)}`;
}

/** "25 Nov", "14:00" of a key of a bar. */
export function keyWords(key: string): string {
  const [day = '', time] = key.split('T');
  if (time !== undefined) return time;
  const [, month = '1', date = '1'] = day.split('-');
  return new Date(2000, Number(month) - 1, Number(date)).toLocaleDateString('en', {
    day: 'numeric',
    month: 'short',
  });
}
