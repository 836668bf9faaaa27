/** S49: alternate screen, scrollback, frames, titles, resets: what is kept, and what a reload brings back. */
import type { Page } from '@playwright/test';
import { expect, test } from '../dashboard.ts';
import { drawnRows } from './drawn.ts';
import { Puppet } from './puppet.ts';
import { ReferenceTerminal } from './reference.ts';
import { STREAMS } from './streams.ts';

const EVERYTHING = [
  STREAMS.attributes,
  STREAMS['palette and true colour'],
  STREAMS.scripts,
  STREAMS['line drawing'],
].join('\r\n');
const NUMBERED = Array.from({ length: 200 }, (_, number) => `row ${number} of many`).join('\r\n');
const ALTERNATE = `\x1b[?1049h\x1b[2J\x1b[H${STREAMS.scripts}\x1b[10;1H\x1b[44mother screen`;

for (const engine of ['tmux', 'pty'] as const) {
  test(`${engine}: both screens and the scrollback outlive a reload`, async ({
    dashboard,
    browser,
  }) => {
    const puppet = await Puppet.start(dashboard, engine);
    const { page } = puppet.terminal;
    const reference = await ReferenceTerminal.open(browser, await puppet.size());
    const same = async (text: string, what: string) => {
      puppet.print(text);
      await reference.write(text);
      await expect.poll(() => drawnRows(page), what).toEqual(await drawnRows(reference.page));
    };

    await same(`${NUMBERED}\r\n${EVERYTHING}`, 'main screen');
    await same(ALTERNATE, 'other screen');
    await page.reload();
    await same('\x1b[12;1Hafter', 'other screen after a reload');
    await scrollUp(page);
    await expect(puppet.terminal.rows, 'it has no scrollback').toContainText('other screen');
    await same('\x1b[?1049l', 'main screen again');
    await page.reload();
    await same('and on', 'main screen after a reload');
    await scrollUp(page);
    await expect(puppet.terminal.rows).toContainText('row 0 of many');
    await same('\x1b[H\x1b[2J\x1b[3Jgone', 'scrollback erased');
    await scrollUp(page);
    await expect(puppet.terminal.rows).toHaveText('gone');
    await reference.close();
  });
}

test('a frame is seen whole or not at all', async ({ dashboard }) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page } = puppet.terminal;
  const seen = await watchRows(page);
  for (let frame = 0; frame < 8; frame += 1) {
    puppet.print('\x1b[?2026h\x1b[2J\x1b[Hhalf ');
    // A round trip to the page: what was printed before is drawn by then, if it ever is.
    await page.evaluate(() => new Promise(requestAnimationFrame));
    puppet.print(`whole ${frame}\x1b[?2026l`);
    await puppet.terminal.shows(`half whole ${frame}`);
  }
  const texts = await seen();
  expect(texts.filter((text) => text.includes('half') && !text.includes('whole'))).toEqual([]);
  puppet.print('\x1b[2J\x1b[H');
  await expect(puppet.terminal.rows).toHaveText('');
  puppet.print('\x1b[?2026hnever ended');
  await puppet.terminal.shows('never ended');
});

test('titles are shown, cleaned, pushed and popped, and told to who comes later', async ({
  dashboard,
}) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page } = puppet.terminal;
  puppet.print('\x1b]0;✳ first\x07');
  await expect(page).toHaveTitle(/– ✳ first ·/);
  puppet.print('\x1b[22;0t\x1b]2;<b>sec\u202eond</b>\x1b\\');
  await expect(page).toHaveTitle(/– <b>sec.?ond<\/b> ·/);
  await page.reload();
  await expect(page).toHaveTitle(/– <b>sec.?ond<\/b> ·/);
  puppet.print('\x1b[23;0t');
  await expect(page).toHaveTitle(/– ✳ first ·/);
});

/** To the oldest of a few hundred lines, as far as there are any. */
async function scrollUp(page: Page): Promise<void> {
  for (let pages = 0; pages < 10; pages += 1) await page.keyboard.press('Shift+PageUp');
}

/** @returns what gives every text that the rows had since now, at the moments when they were drawn */
async function watchRows(page: Page): Promise<() => Promise<string[]>> {
  const texts = await page.locator('.xterm-rows').evaluateHandle((rows) => {
    const seen: string[] = [];
    const observer = new MutationObserver(() => seen.push(rows.textContent));
    observer.observe(rows, { childList: true, subtree: true, characterData: true });
    return seen;
  });
  return () => texts.jsonValue();
}
