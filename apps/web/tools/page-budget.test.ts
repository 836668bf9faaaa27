/** What a browser fetches before a page shows anything, as the build says it: every page but the terminal's is light. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const BUILD = join(import.meta.dirname, '../build');
const IMMUTABLE = join(BUILD, '_app/immutable');
/** Of code and style: 112 KiB to log in, 180 for the list, 198 around a terminal in November 2026. */
const FIRST_LOAD_GZIP_BYTES_MAX = 210 * 1024;
/** A sum below this has missed most of the page. */
const FIRST_LOAD_GZIP_BYTES_MIN = 30 * 1024;

test('every page is loaded in 210 KiB, before a terminal', () => {
  const sizes = routes().map(({ route, nodes }) => ({ route, bytes: firstLoadBytes(nodes) }));
  expect(sizes.map(({ route }) => route)).toEqual(
    expect.arrayContaining(['/login', '/(app)', '/(app)/inbox', '/(app)/usage']),
  );
  const small = sizes.filter(({ bytes }) => bytes < FIRST_LOAD_GZIP_BYTES_MIN);
  expect(small, 'has been counted').toEqual([]);
  const large = sizes.filter(({ bytes }) => bytes > FIRST_LOAD_GZIP_BYTES_MAX);
  expect(large, `is more than ${FIRST_LOAD_GZIP_BYTES_MAX} bytes`).toEqual([]);
});

/** The table of the built client: `"/(app)/inbox":[6,[2]]` is a page and the layouts around it, below the root's, 0. */
function routes(): { route: string; nodes: string[] }[] {
  const [entry = ''] = readdirSync(join(IMMUTABLE, 'entry')).filter((name) =>
    name.startsWith('app.'),
  );
  const code = readFileSync(join(IMMUTABLE, 'entry', entry), 'utf8');
  return [...code.matchAll(/"(\/[^"]*)":\[(\d+)(?:,\[([\d,]*)\])?/g)].map(
    ([, route = '', page = '', layouts = '']) => ({
      route,
      nodes: ['0', page, ...layouts.split(',').filter((id) => id !== '')],
    }),
  );
}

function firstLoadBytes(nodes: readonly string[]): number {
  const html = readFileSync(join(BUILD, '200.html'), 'utf8');
  const linked = [...html.matchAll(/href="\/(_app\/immutable\/[^"]+\.(?:js|css))"/g)].map(
    ([, path = '']) => join(BUILD, path),
  );
  const ofNodes = ['nodes', 'assets'].flatMap((folder) =>
    readdirSync(join(IMMUTABLE, folder))
      .filter((name) => /\.(js|css)$/.test(name) && nodes.includes(name.split('.')[0] ?? ''))
      .map((name) => join(IMMUTABLE, folder, name)),
  );
  const all = withImports([...linked, ...ofNodes]);
  return [...all].reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);
}

/** What is imported at the top; what is loaded later is written `import(`. */
function withImports(paths: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const left = [...paths];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    if (!path.endsWith('.js')) continue;
    const code = readFileSync(path, 'utf8');
    for (const [, target = ''] of code.matchAll(/(?:from|import)\s*["'`](\.[^"'`]+\.js)["'`]/g)) {
      left.push(join(path, '..', target));
    }
  }
  return found;
}
