/** S11, S49, S51: what other pages, links and names can make of ours in a real browser: nothing. */
import { expect, test } from './dashboard.ts';
import { TerminalPage } from './terminal-page.ts';

const EVIL_NAME = '<img src=x onerror="window.pwned=1">';

test('S11, CVE-2026-25253: a link cannot say whom the page talks to', async ({ dashboard }) => {
  const { stack } = dashboard;
  const { id } = await stack.owner.startSession({ directory: stack.projects, name: 'linked' });
  const page = await dashboard.as('owner');
  const reached = new Set<string>();
  page.on('websocket', (socket) => reached.add(new URL(socket.url()).host));
  page.on('request', (request) => reached.add(new URL(request.url()).host));
  const evil = encodeURIComponent('ws://evil.test/ws');
  const names = ['gatewayUrl', 'url', 'ws', 'host', 'api', 'theme', 'token'];
  const query = names.map((name) => `${name}=${evil}`).join('&');
  await page.goto(`/sessions/${id}?${query}#${query}`);
  await new TerminalPage(page).waitUntilLive();
  await page.evaluate((url) => window.postMessage({ type: 'connect', gatewayUrl: url }, '*'), evil);
  await new TerminalPage(page).type('echo st""ill here\n');
  await new TerminalPage(page).shows('still here');
  expect([...reached]).toEqual([new URL(stack.url).host]);
});

test('S51: nobody shows the page in a frame', async ({ dashboard, browser }) => {
  const page = await browser.newPage();
  await page.setContent(`<iframe src="${dashboard.stack.url}/login"></iframe>`);
  await expect.poll(() => page.frames()[1]?.url()).toContain('chrome-error:');
  await expect(page.frameLocator('iframe').getByLabel('Name')).toHaveCount(0);
  await page.close();
});

test('S49, S51: a name stays a name, and text never becomes html or a script', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const { id } = await stack.owner.startSession({ directory: stack.projects, name: EVIL_NAME });
  const page = await dashboard.as('owner');
  await expect(page.getByText(EVIL_NAME).first()).toBeVisible();
  const terminal = await new TerminalPage(page).open(id);
  await terminal.type(
    String.raw`printf '\033]2;<script>window.pwned=2</script>\007all sa''id'` + '\n',
  );
  await terminal.shows('all said');
  await expect(page.getByText(EVIL_NAME).first()).toBeVisible();
  expect(await page.evaluate(() => Reflect.get(window, 'pwned') as unknown)).toBeUndefined();
});

test('S51: what breaks the policy is refused, and every test of a page would fail of it', async ({
  dashboard,
}) => {
  const page = await dashboard.as('owner');
  const told: string[] = [];
  page.on('console', (message) => told.push(message.text()));
  dashboard.expectComplaints(/TrustedHTML|Trusted Type|Content Security Policy|^policy broken/i);
  const outcome = await page.evaluate(() => {
    try {
      document.body.innerHTML = '<b>not mine</b>';
      return 'allowed';
    } catch {
      return 'refused';
    }
  });
  expect(outcome).toBe('refused');
  await expect.poll(() => told.join('\n')).toContain('policy broken: require-trusted-types-for');
});
