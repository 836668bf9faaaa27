/** S55: an owner reads who did what, sees it proven, filters it and takes it out. */
import { readFile } from 'node:fs/promises';
import { expect, OWNER, test } from './dashboard.ts';
import { expectNoViolations } from './no-violations.ts';

test('the audit trail is read, proven, filtered and taken out', async ({ dashboard }) => {
  const { stack } = dashboard;
  const { id } = await stack.owner.startSession({ directory: stack.projects, name: 'audited' });
  const page = await dashboard.as('owner');
  await page.goto('/settings');
  await page.getByRole('link', { name: 'Audit trail' }).click({ timeout: 10_000 });
  await expect(page.getByText(/^The trail is whole: [\d,]+ records? since/)).toBeVisible();
  const records = page.getByRole('list', { name: 'Records' }).getByRole('listitem');
  await expect(records.first()).toBeVisible();
  await expectNoViolations(page, 'audit trail');

  await page.getByLabel('Person').fill(OWNER.name);
  await page.getByLabel('Event').fill('Session created');
  await page.getByRole('button', { name: 'Filter' }).click({ timeout: 10_000 });
  await expect(records.filter({ hasText: id })).toHaveCount(1);
  await expect(records.filter({ hasNotText: 'Session created' })).toHaveCount(0);
  await page.getByLabel('Person').fill('nobody of that name');
  await page.getByRole('button', { name: 'Filter' }).click({ timeout: 10_000 });
  await expect(page.getByText('Nothing matches.')).toBeVisible();

  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 10_000 }),
    page.getByRole('link', { name: 'Export' }).click({ timeout: 10_000 }),
  ]);
  expect(await readFile(await download.path(), 'utf8')).toContain(id);
});

test('who is no owner is told so, and asks for nothing', async ({ dashboard }) => {
  const page = await dashboard.as('operator');
  await page.goto('/settings/audit');
  await expect(page.getByText('Only owners can read it.')).toBeVisible();
});
