/** What has ended goes on: a session by its button, a past conversation from the list, trust by a person's yes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentState } from '@dashboard/protocol/agents';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import { until } from '@dashboard/testkit/until';
import type { Stack } from '@dashboard/testkit/stack';
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';
import { TerminalPage } from './terminal-page.ts';

test.use({ hasClaude: true });

const STATE_TIMEOUT_MS = 30_000;

interface Wish {
  readonly name: string;
  readonly prompt?: string;
  readonly state: AgentState;
}

async function agentIn({ owner, projects }: Stack, { state, ...wish }: Wish) {
  const directory = join(projects, wish.name);
  mkdirSync(directory, { recursive: true });
  const { id } = await owner.startSession({ profile: 'claude', directory, ...wish });
  const isThere = async () => (await owner.session(id)).agent?.state === state;
  await until(isThere, { what: `${wish.name} is ${state}`, timeoutMs: STATE_TIMEOUT_MS });
  return await owner.session(id);
}

async function end({ owner }: Stack, { id }: SessionSummary): Promise<void> {
  await owner.call('endSession', { params: { id } });
  const isOver = async () => (await owner.session(id)).mayResume;
  await until(isOver, { what: 'it has ended', timeoutMs: STATE_TIMEOUT_MS });
}

test('an agent that has ended goes on in its conversation by one press', async ({ dashboard }) => {
  const { stack } = dashboard;
  const prompt = `SAY: good night${' and sleep well'.repeat(12)}`;
  const session = await agentIn(stack, { name: 'tired', prompt, state: 'idle' });
  await end(stack, session);
  const page = await dashboard.as('owner');
  await page.goto(`/sessions/${session.id}`);
  await page.getByRole('button', { name: 'Resume' }).click();
  const terminal = new TerminalPage(page);
  await terminal.waitUntilLive();
  await terminal.shows('● good night');
  await terminal.type('SAY: good morning\r');
  await terminal.shows('● good morning');
  await terminal.type(`SAY: good bye${' and so on'.repeat(20)}\r`);
  await page.setViewportSize({ width: 390, height: 844 });
  const header = page.getByRole('banner');
  await expect(header).toContainText('good bye and so on');
  const box = await header.getByTitle(/^Cost of this conversation/).boundingBox();
  expect((box?.x ?? 390) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  await expect(page.getByRole('button', { name: 'Resume' })).toHaveCount(0);
});

test('a past conversation is found by its words and goes on in a new session', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const session = await agentIn(stack, {
    ...{ name: 'the login', prompt: 'SAY: about a heliotrope', state: 'idle' },
  });
  const page = await dashboard.as('operator');
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Past conversations' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'heliotrope' });
  await expect(row.getByRole('link', { name: /^Open/ })).toBeVisible();
  await end(stack, session);
  await page.getByRole('searchbox').fill('no such words');
  await expect(page.getByText('No conversation has all of these words')).toBeVisible();
  await page.getByRole('searchbox').fill('HELIOTROPE login');
  await expect(row).toContainText('1 prompt');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoViolationsInBoth(page, 'conversations');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await row.getByRole('button', { name: 'Resume the login' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/the login/);
  const terminal = new TerminalPage(page);
  await terminal.waitUntilLive();
  await terminal.shows('● about a heliotrope');
});

test('a person says in the page that a directory is trusted', async ({ dashboard, home }) => {
  const { stack } = dashboard;
  const stateFile = join(home?.directory ?? '', '.claude.json');
  const state = readFileSync(stateFile);
  writeFileSync(stateFile, JSON.stringify({ ...JSON.parse(state.toString()), projects: {} }));
  dashboard.atEnd(() => writeFileSync(stateFile, state));
  const session = await agentIn(stack, { name: 'a stranger', state: 'setup_blocked' });
  const page = await dashboard.as('owner');
  await page.goto(`/sessions/${session.id}`);
  const banner = page.getByRole('status').filter({ hasText: 'is trusted' });
  await banner.getByRole('button', { name: 'Trust …' }).click();
  const question = page.getByRole('alertdialog', { name: 'Trust this directory?' });
  await expect(question).toContainText(session.directory);
  await expectNoViolationsInBoth(page, 'trust');
  await question.getByRole('button', { name: 'Trust it' }).click();
  await expect(question).toBeHidden();
  await expect(banner).toHaveCount(0);
  await new TerminalPage(page).shows('Claude Code (scripted)');
});
