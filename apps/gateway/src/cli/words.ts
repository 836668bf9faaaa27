/** How the command line says times, sizes and backups. */
import type { Listed } from '../backup/index.ts';

const UNITS = ['B', 'KB', 'MB', 'GB'] as const;
const KILO = 1_000;

export function sizeInWords(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= KILO && unit < UNITS.length - 1) {
    value /= KILO;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** "2 h 5 min", "3.2 s": the two largest units, as far as they tell something. */
export function timeInWords(ms: number): string {
  const seconds = ms / 1_000;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${seconds.toFixed(1)} s`;
}

export function backupInWords({ name, manifest }: Listed): string {
  if (typeof manifest === 'string') return `${name}  not usable: ${manifest}`;
  const parts = manifest.databases.map(({ name: database, bytes, isEncrypted, rows }) => {
    const count = Object.values(rows).reduce((sum, each) => sum + each, 0);
    return `${database} ${sizeInWords(bytes)}${isEncrypted ? ' (age)' : ''}, ${count} rows`;
  });
  return `${name}  release ${manifest.release}  ${parts.join('; ')}`;
}
