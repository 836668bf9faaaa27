/** Each page of the dashboard by name, for whoever visits all of them: how one gets there, and what is there once it has come. */
import { expect, type Page } from '@playwright/test';
import type { BusyFleet } from './busy-fleet.ts';
import { TerminalPage } from './terminal-page.ts';

export interface Place {
  readonly name: string;
  /** What it shows, for whoever cannot see it. */
  readonly what: string;
  open(page: Page, fleet: BusyFleet): Promise<void>;
}

/** The last one logs out of its browser. */
export const EVERY_PAGE: readonly Place[] = [
  at('fleet', 'Every session: who needs a person first', { path: '/', text: 'search-index' }),
  session('session-asking', 'An agent that asks, answered below its terminal', 'asking'),
  session('session-working', 'An agent at work', 'working'),
  session('session-shell', 'A shell', 'shell'),
  {
    name: 'session-ended',
    what: 'A session that is over',
    async open(page, { ended }) {
      await page.goto(`/sessions/${ended}`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('api-docs');
      await expect(page.getByText('All 42 tests pass.').first()).toBeVisible();
    },
  },
  at('inbox', 'What agents ask, answered by one key each', { path: '/inbox', text: 'checkout' }),
  {
    name: 'new-session',
    what: 'The form for a new session',
    async open(page) {
      await page.goto('/');
      await page.getByRole('button', { name: 'New session' }).first().click();
      const dialog = page.getByRole('dialog');
      await expect(dialog.getByText('Claude Code', { exact: true })).toBeVisible();
    },
  },
  {
    name: 'palette',
    what: 'Sessions, pages and commands by a few letters',
    async open(page) {
      await page.goto('/');
      await expect(page.getByText('search-index').first()).toBeVisible();
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused();
    },
  },
  at('conversations', 'Past conversations, to be gone on with', {
    path: '/conversations',
    text: /Past conversations/,
  }),
  at('usage', 'What agents used', { path: '/usage', text: /Usage/ }),
  at('doctor', 'What the machine lacks, and the command that mends it', {
    path: '/doctor',
    text: 'Disk',
  }),
  at('settings', 'Settings', { path: '/settings', text: 'People' }),
  at('settings-alerts', 'Alerts: where one is told', { path: '/settings/alerts', text: 'Alerts' }),
  at('settings-security', "One's own security", { path: '/settings/security', text: 'Security' }),
  at('settings-audit', 'The audit trail, proven', {
    path: '/settings/audit',
    text: /^The trail is whole/,
  }),
  {
    name: 'login',
    what: 'Logging in',
    async open(page) {
      await page.context().clearCookies();
      await page.goto('/login');
      await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
    },
  },
];

function at(name: string, what: string, there: { path: string; text: string | RegExp }): Place {
  return {
    name,
    what,
    async open(page) {
      await page.goto(there.path);
      await expect(page.getByRole('main').getByText(there.text).first()).toBeVisible();
    },
  };
}

function session(name: string, what: string, which: keyof BusyFleet): Place {
  return {
    name,
    what,
    async open(page, fleet) {
      await new TerminalPage(page).open(fleet[which]);
    },
  };
}
