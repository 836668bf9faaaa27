/** S46, S47, S50: a program that prints what breaks terminals: the page goes on, and says nothing to the program. Others: CVE-2019-0542. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { decodeViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import { decodeWorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import { expect, test } from './dashboard.ts';
import { TerminalPage } from './terminal-page.ts';

/** xterm.js loops as often as they say; the erase before them throws on a screen nothing has left. */
const COUNTED = Array.from('STLMIZb');
const QUERIES = 100;
const TITLES = 5_000;
const SECRET = 'what I copied elsewhere';

/** Replies are read until none has come for a second. */
const PROGRAM = String.raw`
stty raw -echo min 0 time 10
printf '\033[999;999H\033[1J'
${COUNTED.map((final) => String.raw`printf '\033[9;9Hx\033[2147483647${final}'`).join('\n')}
printf '\033]52;c;?\007'
printf '\033]2;title %s\007' $(seq ${TITLES})
printf '\033]7777;'; head -c 1048576 /dev/zero | tr '\0' x; printf '\007'
printf '\033[c%.0s' $(seq ${QUERIES})
printf '\033[>c\033[=c\033[5n\033[6n\033[?6n\033[?2026$p\033[>q\033[?u\033[14t\033[18t\033[21t'
printf '\033]4;1;?\007\033]10;?\007\033]11;?\007\033]12;?\007\033P$qm\033\\'
cat > replies
stty sane
printf '\033[2J\033[Hall said\n'
`;

test('the page outlives hostile output and answers nothing', async ({ dashboard }) => {
  const { stack } = dashboard;
  writeFileSync(join(stack.projects, 'hostile.sh'), PROGRAM);
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'hostile' });
  const page = await dashboard.as('owner');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((text) => navigator.clipboard.writeText(text), SECRET);
  const wire = listen(page);
  const terminal = await new TerminalPage(page).open(session.id);

  await terminal.type('sh hostile.sh\n');
  await terminal.shows('all said');
  await terminal.type('echo st""ill here\n');
  await terminal.shows('still here');

  for (const final of COUNTED) {
    expect(wire.printed, 'the page was not spared').toContain(`\x1b[2147483647${final}`);
  }
  expect(wire.typed, 'nobody but the person typed').toBe('sh hostile.sh\recho st""ill here\r');
  const replies = readFileSync(join(stack.projects, 'replies'), 'latin1');
  expect(replies.match(/\x1b\[\?1;2c/g), 'one answer to each question').toHaveLength(QUERIES);
  expect(replies).not.toContain(']52;');
});

interface Wire {
  /** Bytes as characters: what came as output, not drawn anew as a snapshot. */
  readonly printed: string;
  readonly typed: string;
}

/** Everything that goes over the terminal sockets of a page from now on. */
function listen(page: Page): Wire {
  const wire = { printed: '', typed: '' };
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const frame = decodeWorkerFrame(Buffer.from(payload));
      if (frame.type === 'output') wire.printed += Buffer.from(frame.bytes).toString('latin1');
    });
    socket.on('framesent', ({ payload }) => {
      const frame = decodeViewerFrame(Buffer.from(payload));
      if (frame.type === 'input') wire.typed += Buffer.from(frame.bytes).toString('latin1');
    });
  });
  return wire;
}
