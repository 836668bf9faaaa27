/** A whole dashboard for a file of tests, and people with a browser each. */
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { GUEST_PASSWORD } from '@dashboard/testkit/api-client';
import { makeClaudeHome, type ClaudeHome } from '@dashboard/testkit/claude-home';
import { startStackBehindEdge } from '@dashboard/testkit/edge';
import { OWNER, startStack, type Stack, type StackOptions } from '@dashboard/testkit/stack';
import type { Role } from '@dashboard/protocol/roles';

export { expect, OWNER };

export interface Dashboard {
  readonly stack: Stack;
  /** A page of a new browser, logged in as somebody with this role. */
  as(role: Role): Promise<Page>;
  /** From here on the console may say this: the test breaks something on purpose. */
  expectComplaints(words: RegExp): void;
  /** The last task first. */
  atEnd(task: () => unknown): void;
}

interface Fixtures {
  readonly dashboard: Dashboard;
}

interface WorkerFixtures {
  readonly stackOptions: StackOptions;
  /** Whether `claude` is there: the program that plays it. */
  readonly hasClaude: boolean;
  readonly home: ClaudeHome | undefined;
  readonly stack: Stack;
}

/** All browsers of a run have one address, and load the page more often in a minute than people do. */
const UNLIMITED = { RATE_LIMIT_MAX_REQUESTS: '1000000' };

/** DASHBOARD_EDGE=waf: everybody comes through nginx with ModSecurity. */
const IS_BEHIND_EDGE = process.env['DASHBOARD_EDGE'] === 'waf';

/** What the console of a page said that it should not have. */
const QUIET = ['GPU stall due to ReadPixels'];

export const test = base.extend<Fixtures, WorkerFixtures>({
  stackOptions: [{}, { option: true, scope: 'worker' }],
  hasClaude: [false, { option: true, scope: 'worker' }],
  home: [
    async ({ hasClaude }, use) => {
      const tasks: (() => unknown)[] = [];
      const atEnd = (task: () => unknown) => void tasks.push(task);
      await use(hasClaude ? await makeClaudeHome({ program: 'scripted', atEnd }) : undefined);
      for (const task of tasks.reverse()) await task();
    },
    { scope: 'worker' },
  ],
  stack: [
    async ({ stackOptions, home }, use) => {
      const tasks: (() => unknown)[] = [];
      const workerEnv = { ...stackOptions.workerEnv, ...home?.env };
      const atEnd = (task: () => unknown) => void tasks.push(task);
      const gatewayEnv = { ...UNLIMITED, ...stackOptions.gatewayEnv };
      const options = { ...stackOptions, workerEnv, gatewayEnv, atEnd };
      const stack = await (IS_BEHIND_EDGE
        ? startStackBehindEdge({ ...options, hasWaf: true })
        : startStack(options));
      home?.trust(stack.projects);
      await use(stack);
      for (const task of tasks.reverse()) await task();
    },
    { scope: 'worker' },
  ],
  dashboard: async ({ stack, browser }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    const expected: RegExp[] = [];
    const tasks: (() => unknown)[] = [];
    await use({
      atEnd: (task) => tasks.push(task),
      stack,
      expectComplaints: (words) => expected.push(words),
      async as(role) {
        const context = await browser.newContext({ baseURL: stack.url });
        contexts.push(context);
        const page = await context.newPage();
        listenForComplaints(page, complaints);
        await page.addInitScript(complainOfPolicy);
        await logIn(page, stack, role);
        return page;
      },
    });
    for (const context of contexts) await context.close();
    for (const task of tasks.reverse()) await task();
    const unexpected = complaints.filter((text) => !expected.some((words) => words.test(text)));
    expect(unexpected, 'the console stays quiet').toEqual([]);
  },
});

let people = 0;

async function logIn(page: Page, { owner, url }: Stack, role: Role): Promise<void> {
  const name = role === 'owner' ? OWNER.name : `${role}-${++people}`;
  const password = role === 'owner' ? OWNER.password : GUEST_PASSWORD;
  if (role !== 'owner') await owner.call('createUser', { body: { name, role, password } });
  await page.goto(`${url}/login`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page).toHaveURL(`${url}/`);
}

function listenForComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    const isLoud = message.type() === 'error' || message.type() === 'warning';
    if (isLoud && !QUIET.some((known) => text.includes(known))) complaints.push(text);
  });
}

/** Runs in the page: what the policy refuses is an error of the page, also where the browser says nothing. */
function complainOfPolicy(): void {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    // eslint-disable-next-line no-console -- in the page, whose console the fixture listens to
    console.error(`policy broken: ${effectiveDirective} by ${blockedURI}`);
  });
}
