/** Who gets in, who does not, and where one lands. */
import { Me } from '@dashboard/protocol/people';
import { Value } from 'typebox/value';
import { expect, OWNER, test } from './dashboard.ts';

test('once there is an owner, a setup link leads to the login', async ({ browser, dashboard }) => {
  const page = await browser.newPage({ baseURL: dashboard.stack.url });
  await page.goto('/setup#token=made-up');
  await expect(page).toHaveURL(/\/login/);
  await page.close();
});

test('a wrong password is refused in words, the right one leads where one wanted to go', async ({
  browser,
  dashboard,
}) => {
  const page = await browser.newPage({ baseURL: dashboard.stack.url });
  await page.goto('/settings');
  await expect(page).toHaveURL(/\/login/);
  await page.getByLabel('Name').fill(OWNER.name);
  await page.getByLabel('Password', { exact: true }).fill('not this one at all');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toContainText('Check the name and the password.');
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page).toHaveURL(/\/settings/);
  await page.close();
});

test('a person who is removed is out at once, with the terminal that was open', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'shared' });
  const page = await dashboard.as('operator');
  await page.goto(`/sessions/${session.id}`);
  await expect(page.getByText(/^Connected/)).toBeVisible();
  dashboard.expectComplaints(/Failed to load resource|WebSocket connection|ERR_/);
  // By the login of this browser: other tests have let in operators of their own.
  const { user } = Value.Parse(Me, await (await page.request.get('/api/me')).json());
  await stack.owner.call('removeUser', { params: { id: user.id } });
  await expect(page).toHaveURL(/\/login/);
});
