/** Directories in few words: the home directory as ~, and a name for a session that works in one. */
import { SESSION_NAME_CHARS_MAX } from '@dashboard/protocol/limits';

const HOME = /^(\/home\/[^/]+|\/Users\/[^/]+|\/root)(?=\/|$)/;

export function shortened(directory: string): string {
  return directory.replace(HOME, '~');
}

/** The last part of the path; a number is added when another session is called so already. */
export function suggestedName(directory: string, taken: ReadonlySet<string>): string {
  const last = directory.split('/').filter(Boolean).at(-1) ?? 'session';
  const name = last.slice(0, SESSION_NAME_CHARS_MAX - 4);
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${name} ${number}`)) return `${name} ${number}`;
  }
}

/** "/srv/proj" is in "/srv" and filters by "proj"; "/srv/" is "/srv" itself. Undefined: no path yet. */
export function splitTyped(typed: string): { directory: string; filter: string } | undefined {
  if (!typed.startsWith('/')) return undefined;
  const cut = typed.lastIndexOf('/');
  return { directory: cut === 0 ? '/' : typed.slice(0, cut), filter: typed.slice(cut + 1) };
}
