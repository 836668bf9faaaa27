/** Programs driven by keys: the page shows what xterm.js shows of them in a plain PTY, cell by cell. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import type { EngineName } from '@dashboard/protocol/sessions';
import { expect, test, type Dashboard } from '../dashboard.ts';
import { TerminalPage } from '../terminal-page.ts';
import { drawnCursor, drawnRows, textOf } from './drawn.ts';
import { needs } from './installed.ts';
import { PROGRAMS, type Program, type Step } from './programs.ts';
import { ReferenceProgram } from './reference-program.ts';
import { STREAMS } from './streams.ts';

const SOURCE = Array.from(
  { length: 120 },
  (_, at) => `export function f${at}(text: string): number { return ${at}; } // größe 日本 ${at}`,
).join('\n');
const COLOURS = `${STREAMS.attributes}${STREAMS['palette and true colour']}\n${STREAMS.scripts}\n`;
const TMUX_CONF = `
set -g status-left bar
set -g status-right end
set -g default-command "PS1='$ ' exec sh"
set -g escape-time 0
set -g automatic-rename off
`;
/** Two scripts, for "$0" is how a program of the one side tells itself from the other. */
const SCRIPTS = ['here', 'there'] as const;
/** Looks at two pages until they agree. */
const AGREE = { intervals: [20, 50, 100], timeout: 10_000 };

type Name = keyof typeof PROGRAMS;
const RUNS: readonly (readonly [EngineName, Name])[] = [
  ['tmux', 'bash'],
  ['tmux', 'less'],
  ['tmux', 'vim'],
  ['tmux', 'tmux'],
  ['pty', 'bash'],
];

for (const [engine, name] of RUNS) {
  test(`${engine}: ${name} looks as in a native terminal`, async ({ dashboard, browser }) => {
    const program = PROGRAMS[name];
    needs(program.needs);
    const directory = prepare(dashboard, `${name}-${engine}`, program);
    const { page, cols, reference } = await startBoth(dashboard, { browser, directory, engine });
    for (const [at, step] of program.steps.entries()) {
      await take(page, step);
      await take(reference, step);
      await expect(
        async () => {
          const wanted = await drawnRows(reference);
          expect(textOf(wanted)).toMatch(step.shows);
          expect(await drawnRows(page)).toEqual(wanted);
          expect(await drawnCursor(page, cols)).toEqual(await drawnCursor(reference, cols));
        },
        `step ${at + 1}: ${step.keys.join(' ')}`,
      ).toPass(AGREE);
    }
  });
}

function prepare({ stack, atEnd }: Dashboard, name: string, { script }: Program): string {
  const directory = join(stack.projects, name);
  mkdirSync(directory);
  const files = { 'source.ts': SOURCE, 'colours.txt': COLOURS, 'tmux.conf': TMUX_CONF };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  for (const file of SCRIPTS) {
    writeFileSync(join(directory, file), `printf '\\033c'\n${script}\n`);
    const socket = join(directory, `${file}.sock`);
    // A server that a failed test left; after the others there is none.
    const kill = () => promisify(execFile)('tmux', ['-S', socket, 'kill-server']);
    atEnd(() => kill().catch(() => undefined));
  }
  return directory;
}

interface Both {
  readonly page: Page;
  readonly cols: number;
  readonly reference: Page;
}

async function startBoth(
  dashboard: Dashboard,
  where: { browser: Browser; directory: string; engine: EngineName },
): Promise<Both> {
  const { browser, directory, engine } = where;
  const { owner, projects } = dashboard.stack;
  const session = await owner.startSession({ directory, engine, name: 'program' });
  const page = await dashboard.as('owner');
  const terminal = await new TerminalPage(page).open(session.id);
  const { size } = await owner.session(session.id);
  const env = { HOME: projects, PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' };
  const [here, there] = SCRIPTS;
  const options = { command: `exec sh ${there}`, directory, env, size };
  const reference = await ReferenceProgram.start(browser, options);
  dashboard.atEnd(reference.end);
  await terminal.type(`exec sh ${here}\n`);
  return { page, cols: size.cols, reference: reference.terminal.page };
}

async function take({ keyboard }: Page, { keys }: Step): Promise<void> {
  for (const key of keys) {
    if (key.startsWith('=')) await keyboard.insertText(key.slice(1));
    else await keyboard.press(key);
  }
}
