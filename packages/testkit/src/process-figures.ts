/** What the kernel says of a process: its memory, the time it has used, whether it lives (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** For `node --import`: memory is then what is held, without the garbage. */
export const COLLECT_GARBAGE = new URL('../programs/collect-garbage.mjs', import.meta.url).href;

/** For `node --import`: wall time is then moved by what stands in the file CLOCK_OFFSET_FILE, in ms. */
export const JUMPING_CLOCK = new URL('../programs/jumping-clock.mjs', import.meta.url).href;

/** For `node --import`: how many timers it has is then in the directory TIMERS_IN, in a file named by its pid. */
export const COUNT_TIMERS = new URL('../programs/count-timers.mjs', import.meta.url).href;

const TICKS_PER_S = 100; // USER_HZ, the same on every Linux that Node runs on

/** Memory that is this process's alone, and its share of what it shares. Bytes. */
export function memoryBytes(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(read(pid, 'smaps_rollup')) ?? [];
  if (kilobytes === undefined) throw new Error(`the kernel tells no Pss of ${pid}`);
  return Number(kilobytes) * 1024;
}

/** Files, sockets and pipes that it has open. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Time on a processor since its start, all threads together, in steps of 10 ms. Seconds. */
export function cpuSeconds(pid: number): number {
  const [, user, system] = statOf(pid);
  return (Number(user) + Number(system)) / TICKS_PER_S;
}

/** A zombie lives no more. */
export function isAlive(pid: number): boolean {
  try {
    return statOf(pid)[0] !== 'Z';
  } catch {
    return false;
  }
}

/** Those that any of its threads has started. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    read(pid, `task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** Empty for a zombie. */
export function argvOf(pid: number): string[] {
  return read(pid, 'cmdline').split('\0').slice(0, -1);
}

/** State, utime and stime. The name in front stands in parentheses and may hold anything. */
function statOf(pid: number): [state: string, user: string, system: string] {
  const text = read(pid, 'stat');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [fields[0] ?? '', fields[11] ?? '', fields[12] ?? ''];
}

function read(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}
