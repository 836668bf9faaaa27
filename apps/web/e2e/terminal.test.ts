/** The main job in a browser: type, see the echo, see it elsewhere, come back to it. */
import { expect, test } from './dashboard.ts';
import { TerminalPage } from './terminal-page.ts';

test('what one types the other sees too', async ({ dashboard }) => {
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'two' });
  const ann = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  const ben = await new TerminalPage(await dashboard.as('operator')).open(session.id);
  await ann.type('echo he""llo ann\n');
  await ann.shows('hello ann');
  await ben.shows('hello ann');
  await ben.type('echo he""llo ben\n');
  await ann.shows('hello ben');
});

test('an observer sees everything and cannot type', async ({ dashboard }) => {
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'watched' });
  const owner = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  const observer = await new TerminalPage(await dashboard.as('observer')).open(session.id);
  await observer.type('echo intr""uder\n');
  await expect(observer.page.getByText('View only: what you type is not sent.')).toBeVisible();
  await owner.type('echo he""llo\n');
  await observer.shows('hello');
  await expect(owner.rows).not.toContainText('intruder');
  await expect(observer.page.getByRole('button', { name: 'Take control' })).toHaveCount(0);
});

test('a reload keeps the place, and what was printed before is above the screen', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'kept' });
  const terminal = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  await terminal.type('seq -f "line %g of many" 1 300\n');
  await terminal.shows('line 300 of many');
  await terminal.page.reload();
  await terminal.waitUntilLive();
  await terminal.shows('line 300 of many');
  await expect(terminal.rows).not.toContainText('line 3 of many');
  await terminal.page.locator('.xterm-screen').hover();
  await expect(async () => {
    await terminal.page.mouse.wheel(0, -1_000);
    expect(await terminal.rows.innerText()).toContain('line 3 of many');
  }).toPass({ intervals: [20] });
});

test('a name can be written while the session prints', async ({ dashboard }) => {
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'busy' });
  const { page } = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  await page.getByRole('button', { name: 'busy' }).click();
  const name = page.getByLabel('Name of the session');
  await name.fill('half of');
  await new TerminalPage(await dashboard.as('operator')).open(session.id);
  // The session was told anew to this page too: it knows of the second viewer.
  await expect(page.locator('header').getByText('watching')).toBeAttached();
  await expect(name).toHaveValue('half of');
  await name.press('End');
  await name.pressSequentially(' a name');
  await name.press('Enter');
  await expect(page.getByRole('heading', { name: 'half of a name' })).toBeVisible();
});

test('the end of a program is told with its code, and its screen stays', async ({ dashboard }) => {
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'ends' });
  const terminal = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  await terminal.type('echo fare""well; exit 3\n');
  await expect(terminal.page.getByText('The program ended with exit code 3.')).toBeVisible();
  await terminal.shows('farewell');
  await terminal.page.reload();
  await terminal.shows('farewell');
});

test('the gateway is killed, and the page comes back to the same screen by itself', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'gateway' });
  const terminal = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  await terminal.type('echo bef""ore\n');
  await terminal.shows('before');
  dashboard.expectComplaints(/Failed to load resource|WebSocket connection|ERR_/);
  await stack.gateway.kill('SIGKILL');
  await expect(terminal.page.getByText(/Connection lost|not sent/)).toBeVisible();
  await stack.gateway.start();
  await terminal.waitUntilLive();
  await terminal.type('echo aft""er\n');
  await terminal.shows('after');
  await terminal.shows('before');
});

test('the worker is killed, and the program and its screen are still there', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const session = await stack.owner.startSession({ directory: stack.projects, name: 'worker' });
  const terminal = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  await terminal.type('echo bef""ore\n');
  await terminal.shows('before');
  const { pid } = await stack.owner.session(session.id);
  dashboard.expectComplaints(/Failed to load resource|WebSocket connection|ERR_/);
  await stack.worker.kill('SIGKILL');
  await expect(terminal.page.getByText(/Worker not reachable|Connection lost/)).toBeVisible();
  await stack.worker.start();
  await terminal.waitUntilLive();
  await terminal.type('echo aft""er\n');
  await terminal.shows('after');
  await terminal.shows('before');
  expect((await stack.owner.session(session.id)).pid).toBe(pid);
});
