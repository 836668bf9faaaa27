import { chromium } from '@playwright/test';
const url = process.argv[2];
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const ctx = await browser.newContext({
  viewport: { width: 1440, height: 900 },
  colorScheme: 'dark',
  storageState: '/tmp/try/state.json',
});
const page = await ctx.newPage();
page.on('console', (m) => console.log('console', m.type(), m.text()));
page.on('pageerror', (e) => console.log('pageerror', e.message));
page.on('response', (r) => {
  if (r.status() >= 400) console.log(r.status(), r.url());
});
await page.goto(url);
await page
  .getByRole('button', { name: /new session/i })
  .first()
  .click();
const d = page.locator('[role=dialog]');
await d.getByText('projects', { exact: true }).click();
await page.waitForTimeout(500);
console.log(await d.innerText());
await d.getByText('api-server', { exact: true }).click();
await page.waitForTimeout(500);
await page.screenshot({ path: '/tmp/shots/l4-dir.png' });
await d.getByRole('button', { name: /start session/i }).click();
await page.waitForURL(/sessions/);
await page.waitForTimeout(1500);
await page.keyboard.type('ls -la --color /usr | head -20; echo héllo 漢字 🎉\n', { delay: 5 });
await page.waitForTimeout(1500);
await page.screenshot({ path: '/tmp/shots/l5-term.png' });
await page.goto(url);
await page.waitForTimeout(1500);
await page.screenshot({ path: '/tmp/shots/l6-fleet.png' });
await browser.close();
