/** Programs that show something else each time: what matters is that keys, mouse and wheel do their work. */
import { expect, test } from '../dashboard.ts';
import { TerminalPage } from '../terminal-page.ts';
import { needs } from './installed.ts';

test('htop takes keys and clicks, and leaves the screen as it was', async ({ dashboard }) => {
  needs('htop');
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'htop' });
  const terminal = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  const { page, rows } = terminal;
  await terminal.type('echo bef""ore; htop\n');
  await terminal.shows('F10Quit');
  await expect(rows).not.toContainText('before');
  await page.keyboard.press('F1');
  await terminal.shows('(C) 2004');
  await page.keyboard.press('Escape');
  await terminal.shows('F10Quit');
  const menu = await rows.locator('> div', { hasText: 'F10Quit' }).boundingBox();
  if (menu === null) throw new Error('htop has no menu');
  const { size } = await stack.owner.session(session.id);
  // "Setup" stands behind "F1Help  F2".
  const column = (await rows.innerText()).split('\n').at(-1)?.indexOf('Setup') ?? -1;
  await page.mouse.click(menu.x + ((column + 1.5) * menu.width) / size.cols, menu.y + 3);
  await terminal.shows('Categories');
  await page.keyboard.press('Escape');
  await terminal.shows('F10Quit');
  await page.reload();
  await terminal.shows('F10Quit');
  await page.keyboard.press('F10');
  await terminal.shows('before');
  await expect(rows).not.toContainText('F10Quit');
});
