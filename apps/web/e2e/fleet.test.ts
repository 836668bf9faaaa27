/** Several agents in different states: who needs a person stands first, and everything says why. */
import { agentIn } from './busy-fleet.ts';
import { expect, test } from './dashboard.ts';
import { expectNoViolations, expectNoViolationsInBoth } from './no-violations.ts';
import { TerminalPage } from './terminal-page.ts';

test.use({ hasClaude: true });

test('a fleet shows who needs a person, in order, with reasons; keys lead to them', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const permissionMode = 'manual';
  const talks = { name: 'talks', prompt: 'SLOW: 600 word' };
  const wantsTool = { name: 'wants a tool', prompt: 'BASH: rm -r build', permissionMode };
  await Promise.all([
    agentIn(stack, 'working', talks),
    agentIn(stack, 'idle', { name: 'is done', prompt: 'SAY: The tests pass.' }),
    agentIn(stack, 'needs_permission', wantsTool),
    stack.owner.startSession({ directory: stack.projects, name: 'a shell' }),
  ]);
  // Later, so that the other has waited longer.
  const asks = { name: 'asks', prompt: 'ASK: Which colour? | red | green', permissionMode };
  await agentIn(stack, 'needs_answer', asks);

  const page = await dashboard.as('owner');
  const names = page.getByRole('heading', { level: 2 });
  const order = ['wants a tool', 'asks', 'talks', 'is done', 'a shell'];
  await expect(names).toHaveText(order);
  await expect(page).toHaveTitle('(2) Sessions · Dashboard');
  await expect(page.locator('link[rel="icon"]')).toHaveAttribute('href', '/icon-waiting.svg');
  const card = page.getByRole('article').filter({ hasText: 'wants a tool' });
  await expect(card).toContainText('Bash: rm -r build');
  await expect(card).toContainText('Manual');
  await expect(card).toContainText(/Context used:\s*\d+%/);
  await expect(page.getByRole('article').filter({ hasText: 'is done' })).toContainText(
    'The tests pass.',
  );
  await expectNoViolationsInBoth(page, 'fleet');

  await page.getByRole('button', { name: '2 need you' }).click();
  await expect(names).toHaveText(['wants a tool', 'asks']);
  await page.keyboard.press('Enter');
  await expect(names).toHaveText(order);

  await card.getByRole('button', { name: /Needs permission/ }).focus();
  await page.keyboard.press('Enter');
  const why = page.getByRole('dialog', { name: 'How the state is known' });
  await expect(why).toContainText('Asks to use Bash.');
  await expect(why).toContainText('PermissionRequest');
  await expectNoViolations(page, 'why');
  await page.keyboard.press('Escape');
  await expect(why).toBeHidden();

  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await expect(keys).toBeVisible();
  await expectNoViolations(page, 'keys');
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();

  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('wants a tool');
  const terminal = new TerminalPage(page);
  await terminal.waitUntilLive();
  await terminal.shows('Do you want to proceed?');
  await expectNoViolationsInBoth(page, 'session');
  await terminal.type('n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('wants a tool');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('banner').getByRole('button', { name: /Interrupted/ })).toBeVisible();
  await page.keyboard.press('Control+Shift+ArrowUp');
  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('asks');
  await terminal.waitUntilLive();
  await page.getByRole('link', { name: 'All sessions' }).first().click();
  await expect(names).toHaveText(['asks', 'talks', 'wants a tool', 'is done', 'a shell']);
});

test('a failed turn says above the terminal what to do', async ({ dashboard }) => {
  const { stack } = dashboard;
  await agentIn(stack, 'error', { name: 'failed', prompt: 'ERR: 500' });
  const page = await dashboard.as('owner');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('link', { name: 'failed', exact: true }).click();
  const banner = page.getByRole('status').filter({ hasText: 'API Error: 500' });
  await expect(banner).toContainText('tries again');
  await expectNoViolations(page, 'session with a banner');
  await banner.getByRole('button', { name: 'Dismiss' }).click();
  await page.setViewportSize({ width: 390, height: 844 });
  const terminal = new TerminalPage(page);
  await terminal.isNarrowerThan(390);
  // Motion is reduced here, and letters once stood half a cell apart then.
  expect(Math.abs(await terminal.letterSpacingPx())).toBeLessThan(0.5);
  await expect(banner).toHaveCount(0);
});

test('a new agent gets the mode and the model that were chosen, and the form remembers them', async ({
  dashboard,
}) => {
  const page = await dashboard.as('owner');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const open = async () => {
    await page.getByRole('button', { name: 'New session' }).first().click();
    await expect(page.getByRole('dialog').getByText('Claude Code', { exact: true })).toBeVisible();
  };
  await open();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: /^Permissions/ }).click();
  await expect(page.getByRole('option', { name: /Bypass/ })).toHaveCount(0);
  await page.getByRole('option', { name: /^Plan/ }).click();
  await dialog.getByRole('button', { name: 'sonnet' }).click();
  await expectNoViolations(page, 'new session');
  await dialog.getByRole('button', { name: 'Start session' }).click();
  const header = page.getByRole('banner');
  await expect(header).toContainText('sonnet');
  await expect(header).toContainText('Plan');
  await page.goto('/');
  await open();
  await expect(dialog.getByRole('combobox', { name: 'Permissions: Plan' })).toBeVisible();
  await expect(dialog.getByLabel('Model')).toHaveValue('sonnet');
});
