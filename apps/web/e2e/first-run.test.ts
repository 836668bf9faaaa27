/** From the link that the server prints to the first session, as a stranger goes. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, OWNER, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';
import { TerminalPage } from './terminal-page.ts';

// Where Claude Code is on the machine of the tests, it is not on the stranger's.
test.use({ stackOptions: { isSetUp: false, workerEnv: { PATH: '/usr/bin:/bin' } } });

test('setup link, owner, empty list, doctor, first session, rename, end, remove', async ({
  dashboard,
  browser,
}) => {
  const { stack } = dashboard;
  mkdirSync(join(stack.projects, 'website/.git'), { recursive: true });
  const context = await browser.newContext({ baseURL: stack.url });
  const page = await context.newPage();
  await page.goto(stack.setupUrl);
  await page.getByLabel('Name').fill(OWNER.name);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByLabel('Password again').fill(OWNER.password);
  await page.getByRole('button', { name: 'Create owner and log in' }).click();
  await expect(page.getByText('No sessions yet')).toBeVisible();
  expect(page.url()).not.toContain('token');

  await expect(page.getByText('Claude Code is not there')).toBeVisible();
  await page.getByRole('link', { name: /Ask the doctor/ }).click();
  await expect(page.getByText(/of \d+ checks failed/)).toBeVisible();
  const missing = page.getByRole('listitem').filter({ hasText: 'or does not run' });
  await expect(missing).toContainText('Has to be mended');
  await expect(missing.locator('code')).toHaveText('npm install -g @anthropic-ai/claude-code');
  await missing.getByRole('button', { name: 'Copy the command' }).click();
  await expect(missing.getByText('Copied')).toBeAttached();
  await expectNoViolationsInBoth(page, 'doctor');
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();

  await page.getByRole('button', { name: 'New session' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Shell', { exact: true }).click();
  await dialog.getByText('website', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Start session' }).click();
  await expect(page).toHaveURL(/\/sessions\//);
  const terminal = new TerminalPage(page);
  await terminal.waitUntilLive();
  await terminal.type('pwd\n');
  await terminal.shows('/projects/website');

  await page.getByRole('button', { name: 'Session menu' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await expect(page.getByLabel('Name of the session')).toBeFocused();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('#(touch pwned); 🎉');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '#(touch pwned); 🎉' })).toBeVisible();

  await page.getByRole('button', { name: 'Session menu' }).click();
  await page.getByRole('menuitem', { name: 'End session' }).click();
  await page.getByRole('button', { name: 'End session' }).click();
  await expect(page.getByText(/The program (ended|was ended)/)).toBeVisible();

  await page.getByRole('button', { name: 'Session menu' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove' }).last().click();
  await expect(page.getByText('No sessions yet')).toBeVisible();
  await context.close();
});
