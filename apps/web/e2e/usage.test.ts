/** The page of usage: empty at first; then what an agent used, as figures, charts and tables. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@dashboard/runtime/clock';
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';

const HOUR_MS = 3_600_000;

// A worker of its own: nothing was used there before.
test.use({ hasClaude: true, stackOptions: { workerEnv: { SESSIONS_MAX: '7' } } });

test('what an agent used is there, to be read without the charts too', async ({
  dashboard,
  home,
}) => {
  const nowMs = systemClock.nowMs();
  home?.limitAccount({
    five_hour: { usedPercent: 83.4, resetsAtMs: nowMs + 2 * HOUR_MS + 30_000 },
    seven_day: { usedPercent: 12, resetsAtMs: nowMs - HOUR_MS },
  });
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
  const limits = page.getByRole('region', { name: 'Limits' });
  const fiveHours = limits.getByRole('meter', { name: 'claude: 5 hours used' });
  await expect(fiveHours).toHaveAttribute('aria-valuenow', '83');
  await expect(limits.getByText(/^resets in (2 h|1 h 5\d min) · told /)).toBeVisible();
  // Whatever was used of it, a limit that has reset since is whole again.
  const sevenDays = limits.getByRole('meter', { name: 'claude: 7 days used' });
  await expect(sevenDays).toHaveAttribute('aria-valuenow', '0');
  await expect(limits.getByText(/^has reset since · told /)).toBeVisible();
  await expectNoViolationsInBoth(page, 'usage');
});
