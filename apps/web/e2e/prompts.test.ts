/** Prompts are written under a terminal, wait for the agent, and reach it; files go with them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';
import { TerminalPage } from './terminal-page.ts';

test.use({ hasClaude: true });

test('queued while the agent works, edited, moved, withdrawn, and given when it is idle', async ({
  dashboard,
}) => {
  const { owner, projects } = dashboard.stack;
  const directory = join(projects, 'prompts');
  mkdirSync(directory);
  const page = await dashboard.as('operator');
  const session = await owner.startSession({
    profile: 'claude',
    directory,
    prompt: 'SLOW: 600 apples',
  });
  const terminal = await new TerminalPage(page).open(session.id);
  await terminal.shows('apples 2');
  const box = page.getByLabel('Prompt for the agent');
  for (const text of ['SAY: first', 'SAY: second', 'SAY: third']) {
    await box.fill(text);
    await box.press('Enter');
    await expect(box).toHaveValue('');
  }
  const prompts = page.getByRole('list', { name: 'Prompts' }).getByRole('listitem');
  await expect(prompts).toHaveCount(3);
  await prompts.nth(2).getByRole('button', { name: 'Move up' }).click();
  await expect(prompts.nth(1)).toContainText('SAY: third');
  await prompts.nth(2).getByRole('button', { name: 'Withdraw' }).click();
  await expect(prompts).toHaveCount(2);
  await prompts.nth(1).getByRole('button', { name: 'Edit' }).click();
  await expect(box).toHaveValue('SAY: third');
  await box.fill('SAY: the third, in other words');
  await page.getByRole('button', { name: 'Save the prompt' }).click();
  await expect(prompts.nth(1)).toContainText('in other words');

  const watcher = await dashboard.as('observer');
  await new TerminalPage(watcher).open(session.id);
  await expect(watcher.getByRole('list', { name: 'Prompts' })).toContainText('SAY: first');
  await expect(watcher.getByLabel('Prompt for the agent')).toHaveCount(0);
  await expect(watcher.getByRole('button', { name: 'Withdraw' })).toHaveCount(0);

  const file = { name: 'a shot.png', mimeType: 'image/png', buffer: Buffer.from('png') };
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(box).toHaveValue(/\/uploads\/[0-9A-Z]{26}\/a-shot\.png $/);
  await page.reload();
  await expect(box).toHaveValue(/a-shot\.png $/);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: process.env['SHOT'] ?? 'test-results/prompts-phone.png' });

  await page.setViewportSize({ width: 1280, height: 800 });
  await terminal.shows('apples');
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.press('Escape');
  await terminal.shows('Interrupted');
  await box.fill('SAY: go on');
  await box.press('Enter');
  await terminal.shows('● go on');
  await terminal.shows('● the third, in other words');
  await expect(prompts.last()).toContainText('The agent has it');
  await expectNoViolationsInBoth(page, 'the composer');
});
