/** The inbox: agents are answered by keyboard alone, in their terminals, and by two people at once. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { SessionId } from '@dashboard/protocol/ids';
import { makeClaudeHome } from '@dashboard/testkit/claude-home';
import type { Stack } from '@dashboard/testkit/stack';
import { expect, test } from './dashboard.ts';
import { expectNoViolationsInBoth } from './no-violations.ts';
import { TerminalPage } from './terminal-page.ts';

const tasks: (() => unknown)[] = [];
const home = await makeClaudeHome({
  program: 'scripted',
  settings: { permissions: { defaultMode: 'default' } },
  atEnd: (task) => void tasks.push(task),
});
test.use({ stackOptions: { workerEnv: home.env } });
test.afterAll(async () => {
  for (const task of tasks.reverse()) await task();
});

/** A session whose agent asks whether it may do this. */
async function asking(
  { owner, projects }: Stack,
  name: string,
  prompt = `BASH: touch ${name}.txt`,
): Promise<SessionId> {
  const directory = join(projects, name);
  mkdirSync(directory, { recursive: true });
  home.trust(directory);
  return (await owner.startSession({ profile: 'claude', name, directory, prompt })).id;
}

const card = (page: Page, name: string) => page.locator('li').filter({ hasText: name });

test('approved, chosen and denied with a message, by keyboard alone', async ({ dashboard }) => {
  const { stack } = dashboard;
  const page = await dashboard.as('operator');
  await page.goto('/inbox');
  await expect(page.getByText('No agent asks anything')).toBeVisible();
  await asking(stack, 'apples');
  await expect(card(page, 'apples')).toContainText('touch apples.txt');
  await expect(page).toHaveTitle('(1) Inbox · Dashboard');
  await expect(page.getByRole('link', { name: 'Inbox: 1 waiting' })).toBeVisible();
  // A key that comes too soon is passed over, as one that was meant for the card before.
  await expect(async () => {
    await page.keyboard.press('y');
    await expect(card(page, 'apples')).toContainText('Allowed by you', { timeout: 500 });
  }).toPass({ timeout: 20_000 });

  await asking(stack, 'pears', 'ASK: Which colour? | red | green');
  await expect(card(page, 'pears')).toContainText('Which colour?');
  await expect(async () => {
    await page.keyboard.press('2');
    await expect(card(page, 'pears')).toContainText('Answered by you', { timeout: 500 });
  }).toPass({ timeout: 20_000 });

  const plums = await asking(stack, 'plums');
  await expect(card(page, 'plums')).toContainText('touch plums.txt');
  await expect(async () => {
    await page.keyboard.press('m');
    await expect(page.getByLabel('What the agent should know')).toBeFocused({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await page.keyboard.type('jam instead, no y');
  await page.keyboard.press('Enter');
  await expect(card(page, 'plums')).toContainText('Denied by you');
  const terminal = await new TerminalPage(page).open(plums);
  await terminal.shows('jam instead, no y');
});

test('answered in the terminal, the card says so; an observer has no buttons', async ({
  dashboard,
}) => {
  const { stack } = dashboard;
  const watcher = await dashboard.as('observer');
  await watcher.goto('/inbox');
  const id = await asking(stack, 'cherries');
  await expect(card(watcher, 'cherries')).toContainText('touch cherries.txt');
  await expect(watcher.getByRole('button', { name: /Allow|Deny/ })).toHaveCount(0);
  const terminal = await new TerminalPage(await dashboard.as('operator')).open(id);
  await terminal.shows('1. Yes');
  const bar = terminal.page.getByRole('region', { name: 'The agent asks' });
  await expect(bar.getByRole('button', { name: 'Allow once' })).toBeVisible();
  await terminal.type('1');
  await expect(card(watcher, 'cherries')).toContainText('Already answered in the terminal.');
  await expect(bar).toContainText('Already answered in the terminal.');
});

test('two people answer: one wins, and both are told', async ({ dashboard }) => {
  const { stack } = dashboard;
  const [ann, ben] = [await dashboard.as('operator'), await dashboard.as('operator')];
  dashboard.expectComplaints(/409/);
  for (const page of [ann, ben]) await page.goto('/inbox');
  await asking(stack, 'quinces');
  const buttons = [ann, ben].map((page) => page.getByRole('button', { name: 'Allow once' }));
  for (const button of buttons) await expect(button).toBeVisible();
  await expectNoViolationsInBoth(ann, 'inbox');
  // Who comes too late may find the button gone already, taken away by the other's answer.
  const press = { timeout: 2_000 };
  await Promise.all(buttons.map((button) => button.click(press).catch(() => undefined)));
  const loser = /Allowed by operator-\d+/;
  await expect(async () => {
    const texts = await Promise.all([ann, ben].map((page) => card(page, 'quinces').innerText()));
    expect(texts.filter((text) => text.includes('Allowed by you'))).toHaveLength(1);
    expect(texts.filter((text) => loser.test(text))).toHaveLength(1);
  }).toPass({ timeout: 20_000 });
});
