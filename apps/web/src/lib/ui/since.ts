/** Spans of time in few words. Coarse on purpose: a list whose words change each second is restless. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "now", "4 min", "2 h", "3 d". Spans below zero (clocks that differ) are "now". */
export function span(ms: number): string {
  if (ms < MINUTE_MS) return 'now';
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** "just now", "4 min ago". */
export function ago(ms: number): string {
  const words = span(ms);
  return words === 'now' ? 'just now' : `${words} ago`;
}

/** Of what still lasts: "<1 min", "4 min". */
export function lasting(ms: number): string {
  const words = span(ms);
  return words === 'now' ? '<1 min' : words;
}

const UNITS = ['bytes', 'KB', 'MB', 'GB'] as const;

/** "812 bytes", "48 KB", "1.5 MB". */
export function byteWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 1 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}
