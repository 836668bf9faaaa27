/** The page and what it imports, as a browser takes it: TypeScript without its types, no bundler. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Below the origin of the server that is measured: cookies and Origin are then its own. */
export const PAGE_PATH = '/bench/';

const PAGE = join(import.meta.dirname, '../../page');
const XTERM = dirname(fileURLToPath(import.meta.resolve('@xterm/xterm/css/xterm.css')));
const PROTOCOL = dirname(fileURLToPath(import.meta.resolve('@dashboard/protocol/limits')));

const IMPORTS = {
  '@xterm/xterm': `${PAGE_PATH}xterm.mjs`,
  '@dashboard/protocol/': `${PAGE_PATH}protocol/`,
};

const HTML = `<!doctype html>
<title>bench</title>
<link rel="stylesheet" href="${PAGE_PATH}xterm.css">
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="${PAGE_PATH}page.ts"></script>
<body></body>`;

export interface PageFile {
  readonly contentType: string;
  readonly body: string;
}

/** @param path after PAGE_PATH. @throws Error when there is no such file */
export async function pageFile(path: string): Promise<PageFile> {
  if (path === '') return { contentType: 'text/html', body: HTML };
  if (path === 'xterm.css') {
    return { contentType: 'text/css', body: await readFile(join(XTERM, path), 'utf8') };
  }
  if (path === 'xterm.mjs') return script(await readFile(join(XTERM, '../lib', path), 'utf8'));
  const source =
    path === 'page.ts' ? join(PAGE, path) : join(PROTOCOL, path.slice('protocol/'.length));
  // A package is imported without an ending, its files among themselves with one.
  const file = extname(source) === '' ? `${source}.ts` : source;
  return script(stripTypeScriptTypes(await readFile(file, 'utf8')));
}

function script(body: string): PageFile {
  return { contentType: 'text/javascript', body };
}
