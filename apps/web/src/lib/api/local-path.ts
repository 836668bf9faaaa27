/** Where to go after the login, as an address says it: only ever inside this page. */

/** `//evil.example` and `/\evil.example` are other hosts to a browser. */
export function localPath(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next) || next.startsWith('/login')) return '/';
  return next;
}
