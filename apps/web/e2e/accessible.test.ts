/** Every page can be used by everybody: no violation that axe can find, in both themes. */
import { expect, test } from './dashboard.ts';
import { expectNoViolations } from './no-violations.ts';
import { TerminalPage } from './terminal-page.ts';

for (const colorScheme of ['dark', 'light'] as const) {
  test(`no violations in ${colorScheme}`, async ({ dashboard }) => {
    const { stack } = dashboard;
    const session = await stack.owner.startSession({ directory: stack.projects, name: 'axe' });
    const page = await dashboard.as('owner');
    await page.emulateMedia({ colorScheme });
    const check = async (what: string) => await expectNoViolations(page, what);
    await expect(page.getByText('axe').first()).toBeVisible();
    await check('list');
    await page.getByRole('button', { name: 'New session' }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await check('new session');
    await new TerminalPage(page).open(session.id);
    await check('session');
    await page.goto('/settings');
    await expect(page.getByRole('heading', { name: 'People' })).toBeVisible();
    await check('settings');
    await page.context().clearCookies();
    await page.goto('/login');
    await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
    await check('login');
  });
}
