/** The page of usage: empty at first; then what an agent used, as figures, charts and tables. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';

// A worker of its own: nothing was used there before.
test.use({ hasClaude: true, stackOptions: { workerEnv: { SESSIONS_MAX: '7' } } });

test('what an agent used is there, to be read without the charts too', async ({ dashboard }) => {
  const { stack } = dashboard;
  const page = await dashboard.as('observer');
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Usage' }).click();
  await expect(page.getByText('Nothing was used in this time')).toBeVisible();

  const directory = join(stack.projects, 'orchard');
  mkdirSync(directory, { recursive: true });
  const prompt = 'BASH: touch a.txt';
  const wish = { profile: 'claude', name: 'picker', permissionMode: 'manual', directory, prompt };
  const { id } = await stack.owner.startSession(wish);
  const agent = async () => (await stack.owner.session(id)).agent;
  await expect
    .poll(async () => (await agent())?.state, { timeout: 30_000 })
    .toBe('needs_permission');
  await expect.poll(async () => (await agent())?.costUsd ?? 0).toBeGreaterThan(0);
  await stack.owner.call('endSession', { params: { id } });
  await expect.poll(async () => (await stack.owner.session(id)).phase).toBe('exited');

  await expect(async () => {
    await page.reload();
    const project = page.getByRole('rowheader', { name: 'orchard' });
    await expect(project).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByText('as Claude Code estimates it')).toBeVisible();
  await expect(page.getByText('1 time', { exact: true })).toBeVisible();
  await expect(page.locator('canvas').first()).toBeVisible();
  await page.getByText('As a table').first().click();
  const table = page.getByRole('region', { name: 'Cost by model: table' });
  await expect(table.getByRole('columnheader', { name: 'claude-opus-5-5' })).toBeVisible();
  await page.getByRole('radio', { name: 'Sessions' }).click();
  await expect(page.getByRole('link', { name: 'picker' })).toBeVisible();
  await page.getByRole('radio', { name: '24 h' }).click();
  await expect(table.getByRole('row')).toHaveCount(2);
  await expectNoViolationsInBoth(page, 'usage');
});
