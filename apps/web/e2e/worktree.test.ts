/** A session in a worktree of its own: chosen in the form, told by card and header. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';
import { TerminalPage } from './terminal-page.ts';

test('a new session gets a branch of its own, which card and header show', async ({
  dashboard,
}) => {
  const { projects } = dashboard.stack;
  const directory = join(projects, 'worktree-shop');
  mkdirSync(directory);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory });
  git('init', '-q', '-b', 'main');
  git(
    ...['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'],
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'first',
  );

  const page = await dashboard.as('owner');
  await page.getByRole('button', { name: 'New session' }).first().click({ timeout: 15_000 });
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Shell', { exact: true }).click({ timeout: 15_000 });
  const own = dialog.getByRole('switch', { name: 'In a worktree of its own' });
  await dialog.getByLabel('Directory', { exact: true }).fill(projects);
  await expect(own).toBeHidden();
  await dialog.getByLabel('Directory', { exact: true }).fill(directory);
  await own.click({ timeout: 15_000 });
  const branch = dialog.getByLabel('New branch');
  const start = dialog.getByRole('button', { name: 'Start session' });
  await expect(branch).toHaveValue('worktree-shop');
  await branch.fill('--force');
  await expect(start).toBeDisabled();
  await branch.fill('main');
  await expect(dialog).toContainText('There is a branch of this name already');
  await branch.fill('fix/login');
  await expectNoViolationsInBoth(page, 'new session in a worktree');
  await start.click({ timeout: 15_000 });

  await expect(page.getByRole('banner')).toContainText('fix/login');
  const terminal = new TerminalPage(page);
  await terminal.waitUntilLive();
  await terminal.type('git branch --show-current; pwd\n');
  await terminal.shows('.worktrees/fix-login');
  await page.goto('/');
  const card = page.getByRole('article').filter({ hasText: 'worktree-shop' });
  await expect(card).toContainText('fix/login');
});
