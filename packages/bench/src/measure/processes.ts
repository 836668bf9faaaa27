/** The processes of a server, without the programs that its sessions run (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its controlling terminal; 0 for none. */
  readonly terminal: number;
}

/** @returns `roots` and what they have started, but for what runs in a terminal of a session */
export function serverProcesses(roots: readonly number[]): readonly number[] {
  const all = processes();
  const own = all.find(({ pid }) => pid === process.pid)?.terminal ?? 0;
  const found = new Set(roots);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const { pid, parent, terminal } of all) {
      if (found.has(parent) && (terminal === 0 || terminal === own)) found.add(pid);
    }
  }
  return [...found];
}

/** Server or client, by the name that tmux gives itself. */
export function isTmux(pid: number): boolean {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('tmux');
}

export function filesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

export function threadsOf(pid: number): number {
  return Number(fieldsOf(pid)[17]);
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, parent, , , terminal] = fieldsOf(Number(name));
        return [{ pid: Number(name), parent: Number(parent), terminal: Number(terminal) }];
      } catch {
        return []; // it has ended in between
      }
    });
}

/** Of /proc/<pid>/stat, after the name, which may hold anything. */
function fieldsOf(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
