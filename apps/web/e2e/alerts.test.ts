/** Alerts in the page: what one chooses stays, a push is shown and leads somewhere, and nothing is kept. */
import type { BrowserContext, Page } from '@playwright/test';
import type { Alert } from '@dashboard/protocol/alerts';
import type { SessionId } from '@dashboard/protocol/ids';
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';

test('what a person wants to be told stays; a webhook goes to public addresses only', async ({
  dashboard,
}) => {
  const page = await dashboard.as('owner');
  dashboard.expectComplaints(/400/);
  await page.goto('/settings');
  await page.getByRole('link', { name: /What you are told/ }).click();
  const quiet = page.getByRole('switch', { name: 'Quiet hours' });
  await quiet.click();
  await page.getByLabel('From').fill('23:30');
  await page.getByLabel('From').blur();
  await page.getByRole('switch', { name: 'A session was lost' }).click();
  await expect
    .poll(async () => (await dashboard.stack.owner.call('alerts')).settings)
    .toMatchObject({
      ...{ kinds: ['asks', 'finished', 'failed'], quietHours: { from: '23:30', to: '07:00' } },
    });
  await page.reload();
  await expect(quiet).toBeChecked();
  await expect(page.getByLabel('From')).toHaveValue('23:30');

  await page.getByRole('button', { name: 'Add webhook' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name', { exact: true }).fill('Team');
  await form.getByLabel('Address').fill('https://127.0.0.1/hook');
  await form.getByRole('button', { name: 'Add webhook' }).click();
  await expect(form.getByRole('alert')).toContainText('not a public one');
  await form.getByLabel('Address').fill('https://hooks.example.com/secret-part');
  await form.getByRole('button', { name: 'Add webhook' }).click();
  await expect(form.getByText(/^whsec_/)).toBeVisible();
  await form.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Team' });
  await expect(row).toContainText('https://hooks.example.com');
  await expect(page.getByText('secret-part')).toHaveCount(0);
  await expectNoViolationsInBoth(page, 'alerts');
  await row.getByRole('button', { name: 'Remove Team' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(row).toHaveCount(0);
});

test('a session is muted by its bell, for oneself alone', async ({ dashboard }) => {
  const { owner, projects } = dashboard.stack;
  const { id } = await owner.startSession({ directory: projects, name: 'loud' });
  const page = await dashboard.as('observer');
  const card = page.getByRole('article').filter({ hasText: 'loud' });
  await card.hover();
  await card.getByRole('button', { name: 'Mute alerts of this session' }).click();
  await expect(card.getByRole('button', { name: 'Unmute' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.goto(`/sessions/${id}`);
  await page.getByRole('button', { name: 'Unmute alerts of this session' }).click();
  await expect(page.getByRole('button', { name: 'Mute alerts of this session' })).toBeVisible();
  expect((await owner.call('alerts')).mutedSessions).toEqual([]);
});

test('a push is shown and, pressed, leads to the inbox; without network a page says so', async ({
  dashboard,
}) => {
  const page = await dashboard.as('operator');
  const context = page.context();
  await context.grantPermissions(['notifications']);
  const push = await pusherOf(page);
  await page.goto('/settings/alerts');
  await page.getByRole('switch', { name: 'Notifications' }).click();
  dashboard.expectComplaints(/Push API in incognito/);
  // No push service is within reach of a test; that is said, and nothing looks as if it were on.
  await expect(page.getByRole('alert')).toContainText('push service of this browser');
  await expect(page.getByRole('switch', { name: 'Notifications' })).not.toBeChecked();
  await push(alertOf('apples'));
  await expect.poll(async () => await shownIn(page)).toEqual([['apples', 'Is done.']]);
  await push(alertOf('pears'));
  await expect.poll(async () => await shownIn(page)).toEqual([['pears', 'Is done.']]);
  await press(context);
  await expect(page).toHaveURL(/\/inbox$/);
  expect(await page.evaluate(async () => await caches.keys())).toEqual([]);

  dashboard.expectComplaints(/ERR_INTERNET_DISCONNECTED|503|Failed to load|Failed to fetch/);
  await context.setOffline(true);
  await page.goto('/');
  await expect(page.getByText('The dashboard is out of reach')).toBeVisible();
  await context.setOffline(false);
  await page.getByRole('link', { name: 'Try now' }).click();
  await expect(
    page.getByRole('heading', { name: 'Inbox' }).or(page.getByLabel('Account')),
  ).toBeVisible();
});

const SESSION = '01JD0000000000000000000000' as SessionId;

function alertOf(title: string): Alert {
  return {
    ...{ id: 'AAAAAAAAAAAAAAAAAAAAAA', kind: 'finished', session: SESSION, title },
    ...{ text: 'Is done.', path: '/inbox', atMs: 0, waiting: 1 },
  };
}

/** What a push service does: hands the worker of this page a message, once it has been decrypted. */
async function pusherOf(page: Page): Promise<(alert: Alert) => Promise<void>> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const devtools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  const registrationId = await registered;
  const { origin } = new URL(page.url());
  return async (alert) => {
    const data = JSON.stringify(alert);
    await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  };
}

async function shownIn(page: Page): Promise<string[][]> {
  return await page.evaluate(async () => {
    const { getNotifications } = await navigator.serviceWorker.ready.then((ready) => ({
      getNotifications: () => ready.getNotifications(),
    }));
    return (await getNotifications()).map(({ title, body }) => [title, body]);
  });
}

/** No protocol presses a notification: the worker is told as the browser would tell it. */
async function press(context: BrowserContext): Promise<void> {
  const [worker] = context.serviceWorkers();
  await worker?.evaluate(`(async () => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  })()`);
}
