/** One's own security: the password, and where one is logged in. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GUEST_PASSWORD } from '@dashboard/testkit/api-client';
import { Me } from '@dashboard/protocol/people';
import { Secret, TOTP } from 'otpauth';
import { Value } from 'typebox/value';
import { expect, OWNER, test } from './dashboard.ts';
import { expectNoViolations } from './no-violations.ts';

test('S18: a browser that is logged out elsewhere is out at once; then the password is changed', async ({
  dashboard,
  browser,
}) => {
  const { stack } = dashboard;
  const page = await dashboard.as('observer');
  const { user } = Value.Parse(Me, await (await page.request.get('/api/me')).json());
  const other = await browser.newPage({ baseURL: stack.url });
  dashboard.atEnd(() => other.close());
  await other.goto('/login');
  await other.getByLabel('Name').fill(user.name);
  await other.getByLabel('Password', { exact: true }).fill(GUEST_PASSWORD);
  await other.getByRole('button', { name: 'Log in' }).click();
  await expect(other).toHaveURL(`${stack.url}/`);

  await page.goto('/settings');
  await page.getByRole('link', { name: 'Security' }).click();
  const rows = page.getByRole('region', { name: 'Where you are logged in' }).getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'This browser' })).toHaveCount(1);
  await expectNoViolations(page, 'security');
  await page.getByRole('button', { name: /^Log out Chrome/ }).click();
  await expect(rows).toHaveCount(1);
  await expect(other).toHaveURL(/\/login/);

  await page.getByLabel('Present password').fill(OWNER.password);
  await page.getByLabel('New password').fill('Forty grey herons stand');
  dashboard.expectComplaints(/Failed to load resource/);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('alert')).toContainText('not your password');
  await page.getByLabel('Present password').fill(GUEST_PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The password is changed.')).toBeVisible();
});

test('S26: the second factor is turned on, asked for at the login, and turned off', async ({
  dashboard,
}) => {
  const page = await dashboard.as('observer');
  const { user } = Value.Parse(Me, await (await page.request.get('/api/me')).json());
  await page.goto('/settings/security');
  await page.getByRole('button', { name: 'Turn on' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill(GUEST_PASSWORD);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByRole('img')).toBeVisible();
  await expectNoViolations(page, 'second factor');
  const secret = Secret.fromBase32((await dialog.getByTestId('secret').textContent()) ?? '');
  await dialog.getByLabel('Code').fill(new TOTP({ secret }).generate());
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  const codes = dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(codes).toHaveCount(10);
  const code = (await codes.first().textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('On · 10 recovery codes left')).toBeVisible();

  await page.context().clearCookies();
  await page.goto('/login?next=/settings/security');
  await page.getByLabel('Name').fill(user.name);
  await page.getByLabel('Password', { exact: true }).fill(GUEST_PASSWORD);
  dashboard.expectComplaints(/Failed to load resource/);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByLabel('Code')).toBeFocused();
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await expect(page.getByText('On · 9 recovery codes left')).toBeVisible();
  await page.getByRole('button', { name: 'Turn off' }).click();
  await dialog.getByLabel('Your password').fill(GUEST_PASSWORD);
  await dialog.getByRole('button', { name: 'Turn off' }).click();
  await expect(page.getByText('With it, a stolen password opens nothing.')).toBeVisible();
});

test('S27: a dangerous act asks for the password again, and then goes on by itself', async ({
  dashboard,
}) => {
  const page = await dashboard.as('owner');
  await page.goto('/settings');
  // Nobody waits five minutes in a test: every proof is made as old.
  const database = new DatabaseSync(join(dashboard.stack.directory, 'gateway.db'));
  database.exec('UPDATE logins SET proven_at_ms = 0');
  database.close();
  dashboard.expectComplaints(/Failed to load resource/);
  await page.getByRole('button', { name: 'Add person' }).click();
  const form = page.getByRole('dialog', { name: 'Add a person' });
  await form.getByLabel('Name').fill('hedwig');
  await form.getByLabel('First password').fill(GUEST_PASSWORD);
  await form.getByRole('button', { name: 'Add person' }).click();
  const asked = page.getByRole('dialog', { name: 'Is it you?' });
  await asked.getByLabel('Your password').fill(OWNER.password);
  await page.keyboard.press('Enter');
  await expect(asked).toBeHidden();
  await expect(page.getByRole('button', { name: 'Logins of hedwig' })).toBeVisible();
});

test('S25: an owner invites; whoever has the link joins with it', async ({
  dashboard,
  browser,
}) => {
  const { stack } = dashboard;
  const page = await dashboard.as('owner');
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Invite a person' }).click();
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = (await page.getByTestId('link').textContent()) ?? '';
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('For an operator')).toBeVisible();
  const guest = await browser.newPage({ baseURL: stack.url });
  dashboard.atEnd(() => guest.close());
  await guest.goto(link);
  await expect(guest).toHaveURL(`${stack.url}/join`);
  await guest.getByLabel('Name').fill('ingrid');
  await guest.getByLabel('Password', { exact: true }).fill(GUEST_PASSWORD);
  await guest.getByLabel('Password again').fill(GUEST_PASSWORD);
  await guest.getByRole('button', { name: 'Join and log in' }).click();
  await expect(guest).toHaveURL(`${stack.url}/`);
});
