/** The real Claude Code, where it is installed, talking to an endpoint of ours: its prompt and its keys. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFakeAnthropic } from '@dashboard/testkit/anthropic';
import { expect, test } from '../dashboard.ts';
import { TerminalPage } from '../terminal-page.ts';
import { needs } from './installed.ts';

const KEY = 'sk-ant-dummy-0000000000000000000000000000000000000000';
/** Claude looks at the tail of a key that it was told to trust. */
const KEY_TAIL_CHARS = 20;
/** It comes up slowly on a busy machine. */
const START_TIMEOUT_MS = 30_000;

const tasks: (() => unknown)[] = [];
const endpoint = await startFakeAnthropic((task) => tasks.push(task));
test.use({
  stackOptions: {
    workerEnv: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: endpoint.url },
  },
});
test.afterAll(async () => {
  for (const task of tasks.reverse()) await task();
});

test('Claude Code takes a prompt of two lines, keeps it over a reload, and sends it with Enter', async ({
  dashboard,
}) => {
  needs('claude');
  const { stack } = dashboard;
  const directory = join(stack.projects, 'work');
  mkdirSync(directory);
  const trusted = {
    hasCompletedOnboarding: true,
    customApiKeyResponses: { approved: [KEY.slice(-KEY_TAIL_CHARS)], rejected: [] },
    projects: { [directory]: { hasTrustDialogAccepted: true } },
  };
  writeFileSync(join(stack.projects, '.claude.json'), JSON.stringify(trusted));
  const session = await stack.owner.startSession({ directory, profile: 'claude', name: 'claude' });
  const terminal = await new TerminalPage(await dashboard.as('owner')).open(session.id);
  const { page, rows } = terminal;
  await expect(rows).toContainText('❯', { timeout: START_TIMEOUT_MS });

  await terminal.type('first größe');
  await terminal.shows('first größe');
  await page.keyboard.press('Shift+Enter');
  await terminal.type('second 日本');
  await terminal.shows('second 日本');
  expect(endpoint.requests, 'nothing was sent yet').toEqual([]);
  await page.reload();
  await terminal.shows('second 日本');
  await page.keyboard.press('Enter');
  await expect.poll(() => JSON.stringify(endpoint.requests)).toContain('first größe\\nsecond 日本');
});
