/** Everything by a few letters: sessions, pages, and what the open session offers. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';
import { TerminalPage } from './terminal-page.ts';

const field = (page: Page) => page.getByRole('combobox', { name: 'Commands' });

async function command(page: Page, keys: string, words: string): Promise<void> {
  await page.keyboard.press(keys);
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await expect(field(page)).toBeHidden();
}

test('the palette goes to sessions and pages, duplicates one, and gives the focus back', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const directory = join(stack.projects, 'deep');
  mkdirSync(directory, { recursive: true });
  await stack.owner.startSession({ directory: stack.projects, name: 'alpha' });
  await stack.owner.startSession({ directory, name: 'beta' });
  const page = await dashboard.as('owner');
  const title = page.getByRole('heading', { level: 1 });
  await expect(page.getByText('alpha').first()).toBeVisible();

  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await expectNoViolationsInBoth(page, 'palette');
  await page.keyboard.press('Escape');
  await command(page, 'Control+k', 'beta');
  await expect(title).toHaveText('beta');

  const terminal = new TerminalPage(page);
  await terminal.waitUntilLive();
  await terminal.type('echo one');
  // A line is cut behind the cursor: the key is the shell's.
  await page.keyboard.press('Control+k');
  await expect(field(page)).toHaveCount(0);
  await page.keyboard.press('Control+Shift+K');
  await expect(field(page)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();

  await command(page, 'Control+Shift+K', 'duplicate');
  const form = page.getByRole('dialog', { name: 'Another like “beta”' });
  await expect(form.getByLabel('Directory', { exact: true })).toHaveValue(directory);
  await expect(form.getByLabel('Name')).toHaveValue('deep');
  await form.getByRole('button', { name: 'Start session' }).click();
  await expect(title).toHaveText('deep');

  await command(page, 'Control+Shift+K', 'rename');
  await expect(page.getByLabel('Name of the session')).toBeFocused();
  await page.keyboard.press('Escape');
  await command(page, 'Control+Shift+K', 'light theme');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await command(page, 'Control+Shift+K', 'usage');
  await expect(page).toHaveURL(/\/usage$/);
});

test('an observer is offered nothing that he may not do', async ({ dashboard }) => {
  const page = await dashboard.as('observer');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('option', { name: 'Inbox' })).toBeVisible();
  await expect(page.getByRole('option', { name: 'New session' })).toHaveCount(0);
});
