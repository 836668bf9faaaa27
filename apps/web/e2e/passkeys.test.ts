/** S26: passkeys, with an authenticator that Chromium plays: made, used alone, worth nothing a second time, removed. */
import { GUEST_PASSWORD } from '@dashboard/testkit/api-client';
import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from './dashboard.ts';

const NAME = 'paula';

async function withAuthenticator(
  page: Page,
): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

test('S26: a passkey is made with the password, and then logs in alone', async ({
  dashboard,
  browser,
}) => {
  const { stack } = dashboard;
  const body = { name: NAME, role: 'observer', password: GUEST_PASSWORD } as const;
  await stack.owner.call('createUser', { body });
  // Browsers make passkeys for names only, not for bare addresses.
  const baseURL = stack.url.replace('127.0.0.1', 'localhost');
  const context = await browser.newContext({ baseURL });
  dashboard.atEnd(() => context.close());
  const page = await context.newPage();
  const { cdp, authenticatorId } = await withAuthenticator(page);
  await page.goto('/login?next=/settings/security');
  await page.getByLabel('Name').fill(NAME);
  await page.getByLabel('Password', { exact: true }).fill(GUEST_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await page.getByRole('dialog').getByLabel('Your password').fill(GUEST_PASSWORD);
  await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
  const rows = page.getByRole('region', { name: 'Passkeys' }).getByRole('listitem');
  await expect(rows).toContainText(['not used yet']);

  await page.context().clearCookies();
  await page.goto('/login?next=/settings/security');
  const sent = page.waitForRequest(/\/api\/login\/passkey$/);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(rows).toContainText(['used just now']);
  const again = { data: (await sent).postDataJSON() as unknown, headers: { origin: baseURL } };
  expect((await page.request.post('/api/login/passkey', again)).status()).toBe(401);

  await page.context().clearCookies();
  await page.goto('/login?next=/settings/security');
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('gave no passkey');
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('button', { name: /^Remove passkey/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('cannot be phished')).toBeVisible();
  await page.context().clearCookies();
  await page.goto('/login');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('opens nothing here');
});
