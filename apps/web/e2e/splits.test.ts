/** Several sessions beside each other, and what a reload and a narrow screen make of them. */
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';

test('three sessions beside each other are there after a reload, one at a time on a phone', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const [one] = await Promise.all(
    ['one', 'two', 'three'].map((name) =>
      stack.owner.startSession({ directory: stack.projects, name }),
    ),
  );
  const page = await dashboard.as('owner');
  const terminal = (name: string) => page.getByRole('region', { name: `Terminal: ${name}` });
  const connected = page.getByText(/^Connected/);
  const main = page.getByRole('main');
  await page.goto(`/sessions/${one?.id ?? ''}`);
  await expect(connected).toHaveCount(1);
  await page.getByRole('button', { name: 'Open two beside' }).click();
  await expect(connected).toHaveCount(2);
  await page.keyboard.press('Control+Shift+K');
  await page.getByRole('combobox', { name: 'Commands' }).fill('three beside');
  await page.keyboard.press('Enter');
  await expect(connected).toHaveCount(3);
  await expect(main.and(page.locator(':has(section[aria-label="Terminal: three"])'))).toBeVisible();
  await expect(terminal('three').locator('textarea')).toBeFocused();
  await expectNoViolationsInBoth(page, 'splits');

  await page.reload();
  await expect(connected).toHaveCount(3);
  await expect(terminal('three').locator('textarea')).toBeFocused();
  await page.keyboard.press('Control+Shift+E');
  await expect(terminal('one').locator('textarea')).toBeFocused();
  await page.keyboard.type('echo only""here\n');
  await expect(terminal('one')).toContainText('onlyhere');
  await expect(terminal('three')).not.toContainText('only');
  await terminal('two').click();
  await expect(main.and(page.locator(':has(section[aria-label="Terminal: two"])'))).toBeVisible();

  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.locator('section[aria-label^="Terminal"]')).toHaveCount(1);
  const tabs = page.getByRole('navigation', { name: 'Open sessions' });
  await tabs.getByRole('link', { name: 'three' }).click();
  await expect(terminal('three')).toBeVisible();
  await expectNoViolationsInBoth(page, 'splits on a phone');
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(connected).toHaveCount(3);
  await page.getByRole('banner').getByRole('button', { name: 'Close this split' }).click();
  await expect(connected).toHaveCount(2);
});
