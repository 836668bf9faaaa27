/** S46, S48: what a program may do beyond its screen: links that say where they lead, and the clipboard. */
import { expect, test } from '../dashboard.ts';
import { TerminalPage } from '../terminal-page.ts';
import { Puppet } from './puppet.ts';

const link = (url: string, text: string) => `\x1b]8;;${url}\x1b\\${text}\x1b]8;;\x1b\\`;
const copy = (text: string) => `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;

test('a link shows where it leads, asks, and opens only what the web is', async ({ dashboard }) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page } = puppet.terminal;
  const url = `${dashboard.stack.url}/login?next=%2F`;
  const bad = ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'ssh://host'];
  const traps = bad.map((to, at) => link(to, `trap${at}`));
  const lines = [link(url, 'innocent'), ...traps, `${url}&plain`, ''];
  await puppet.show(lines.join('\r\n'), 'links');
  for (const when of ['at once', 'after a reload']) {
    await pointAt(puppet, 0);
    await expect(page.getByText(url, { exact: true }), when).toBeVisible();
    await page.mouse.down();
    await page.mouse.up();
    await expect(page.getByRole('alertdialog')).toContainText(url);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('alertdialog')).toBeHidden();
    await page.mouse.move(0, 0);
    await expect(page.getByText(url, { exact: true })).toBeHidden();
    await page.reload();
    await puppet.terminal.shows('links');
  }
  for (const at of bad.keys()) {
    await pointAt(puppet, 1 + at);
    await page.mouse.down();
    await page.mouse.up();
  }
  await pointAt(puppet, 1 + bad.length);
  await page.mouse.down();
  await page.mouse.up();
  // The first dialog since: the traps opened none, and said nothing.
  await expect(page.getByRole('alertdialog')).toContainText(`${url}&plain`);
  const opened = page.waitForEvent('popup');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Open' }).click();
  const popup = await opened;
  expect(popup.url()).toBe(`${url}&plain`);
  expect(await popup.evaluate(() => window.opener === null)).toBe(true);
  await popup.close();
});

test('a program can copy and never paste; only for who may type, and looks', async ({
  dashboard,
}) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page } = puppet.terminal;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const observer = await new TerminalPage(await dashboard.as('observer')).open(puppet.session.id);
  const observed = await observer.page.evaluateHandle(() => {
    const copies: string[] = [];
    navigator.clipboard.writeText = async (text) => void copies.push(text);
    return copies;
  });
  await page.bringToFront();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

  await puppet.show(copy('größe 🙂\nnext'), 'copied');
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  expect(await clipboard()).toBe('größe 🙂\nnext');
  await puppet.show(`\x1b]52;c;?\x07${copy('x'.repeat(2 ** 21))}\x1b]52;c;*no*\x07`, 'ignored');
  await puppet.show(`\x1b]52;p;${Buffer.from('primary').toString('base64')}\x1b\\`, 'primary');
  await expect.poll(clipboard).toBe('primary');
  expect(puppet.typed).toBe('');
  await observer.shows('primary');
  expect(await observed.jsonValue()).toEqual([]);
});

/** From beside it: links are looked for where the pointer moves. */
async function pointAt(puppet: Puppet, row: number): Promise<void> {
  const { mouse } = puppet.terminal.page;
  await mouse.move(...(await puppet.place(90, row)));
  await mouse.move(...(await puppet.place(2, row)));
}
