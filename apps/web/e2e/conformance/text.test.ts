/** S45: text that no key is: pastes, compositions, dead keys and characters beyond the keyboard. */
import { expect, test } from '../dashboard.ts';
import { Puppet } from './puppet.ts';

const EVIL = 'one\n\ttwo größe 🙂\x1b[201~; rm -rf /\x07\u009b31m';
const CLEAN = 'one\r\ttwo größe 🙂[201~; rm -rf /31m';

test('a paste is bracketed as the program asks, cleaned, and asked about', async ({
  dashboard,
}) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page } = puppet.terminal;
  await puppet.show('\x1b[?2004h', 'bracketed');
  await paste(puppet, EVIL);
  await typed(puppet, `\x1b[200~${CLEAN}\x1b[201~`);
  await page.reload();
  await puppet.terminal.shows('bracketed');
  await paste(puppet, EVIL);
  await typed(puppet, `\x1b[200~${CLEAN}\x1b[201~`);

  await puppet.show('\x1b[?2004l', 'plain');
  await paste(puppet, 'one line');
  await typed(puppet, 'one line');
  await paste(puppet, EVIL);
  await expect(page.getByRole('alertdialog')).toContainText('Paste several lines?');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alertdialog')).toBeHidden();
  expect(puppet.typed).toBe('');
  await paste(puppet, EVIL);
  await page.getByRole('button', { name: 'Paste' }).click();
  await typed(puppet, CLEAN);

  await puppet.show('\x1b[?2004h', 'long');
  const long = 'é🙂 0123456789'.repeat(20_000);
  await paste(puppet, long);
  await typed(puppet, `\x1b[200~${long}\x1b[201~`);
});

test('what is composed is typed once, when it is done', async ({ dashboard }) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page } = puppet.terminal;
  const devtools = await page.context().newCDPSession(page);
  const compose = async (text: string) => {
    const at = { selectionStart: text.length, selectionEnd: text.length };
    await devtools.send('Input.imeSetComposition', { text, ...at });
  };
  await page.locator('.xterm-helper-textarea').focus();

  for (const text of ['k', 'か', 'かん', '漢']) await compose(text);
  await expect(page.locator('.composition-view')).toHaveText('漢');
  expect(puppet.typed).toBe('');
  await devtools.send('Input.insertText', { text: '漢字' });
  await typed(puppet, '漢字');

  await compose('abandoned');
  await compose('');
  await page.keyboard.press('x');
  await typed(puppet, 'x');

  // A dead key and its letter, as Chromium composes them, then a key that follows at once.
  await compose('´');
  await devtools.send('Input.insertText', { text: 'é' });
  await page.keyboard.press('y');
  await typed(puppet, 'éy');

  await page.keyboard.insertText('🙂 ß €');
  await typed(puppet, '🙂 ß €');
});

/** As a browser pastes what is on its clipboard. */
async function paste(puppet: Puppet, text: string): Promise<void> {
  await puppet.terminal.page.locator('.xterm-helper-textarea').evaluate((area, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    const options = { clipboardData, bubbles: true, cancelable: true };
    area.dispatchEvent(new ClipboardEvent('paste', options));
  }, text);
}

async function typed(puppet: Puppet, text: string): Promise<void> {
  await expect.poll(() => Buffer.from(puppet.typed, 'latin1').toString()).toBe(text);
  puppet.takeTyped();
}
