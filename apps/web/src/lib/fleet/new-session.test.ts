/** Filling in and starting a session; walking through directories. */
import { DashboardError } from '@dashboard/protocol/errors';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { apiThat, type Asked } from '../api/api.fixture.ts';
import { DirectoryBrowser } from './directory-browser.svelte.ts';
import { NewSession } from './new-session.svelte.ts';
import { aSession } from './sessions.fixture.ts';

const PROFILE = {
  permissionModes: [],
  takesModel: false,
  models: [],
  canResume: false,
  canFork: false,
  isAgent: false,
  version: null,
};
const PROFILES = [
  {
    ...PROFILE,
    id: 'claude',
    label: 'Claude',
    available: false,
    takesPrompt: true,
    isAgent: true,
    advice: 'x',
  },
  {
    ...PROFILE,
    ...{ id: 'codex', label: 'Codex', available: false, takesPrompt: true, advice: null },
    permissionModes: ['plan', 'auto', 'bypassPermissions'],
    takesModel: true,
    models: ['opus'],
  },
  { ...PROFILE, id: 'shell', label: 'Shell', available: true, takesPrompt: false, advice: null },
];

function aForm(create: (asked: Asked) => unknown, stored = new Map<string, string>()) {
  const { api, asked } = apiThat((one) =>
    one.line.endsWith('/profiles') ? { profiles: PROFILES } : create(one),
  );
  const shelf = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  const taken = () => new Set(['shop']);
  const form = new NewSession({ api, shelf, directory: () => '/srv/shop/', taken });
  const keys = () => asked.slice(1).map(({ headers }) => headers.get('idempotency-key'));
  return { form, asked, keys };
}

test('the first program that is there is chosen, and the name follows the directory', async () => {
  const { form } = aForm(() => aSession());
  await form.loadProfiles();
  expect(form.profileId).toBe('shell');
  expect(form.name).toBe('shop 2');
  form.setName('mine');
  expect(form.name).toBe('mine');
});

test('what is sent has no empty prompt, and the directory is remembered', async () => {
  const { form, asked } = aForm(() => aSession());
  await form.loadProfiles();
  form.prompt = 'for a profile that takes none';
  await form.start();
  expect(asked.at(-1)?.body).toEqual({ name: 'shop 2', profile: 'shell', directory: '/srv/shop' });
  expect(form.recent).toEqual(['/srv/shop']);
});

test('mode and model are remembered by profile, and what asks for nothing is never offered', async () => {
  const stored = new Map<string, string>();
  const { form, asked } = aForm(() => aSession(), stored);
  await form.loadProfiles();
  const codex = form.profiles.find(({ id }) => id === 'codex');
  form.profiles = form.profiles.map((each) =>
    each === codex ? { ...each, available: true } : each,
  );
  form.profileId = 'codex';
  expect(form.permissionModes).toEqual(['plan', 'auto']);
  form.choose({ permissionMode: 'bypassPermissions' });
  expect(form.permissionMode).toBe('');
  form.choose({ permissionMode: 'plan', model: '--version' });
  expect([form.isModelWrong, form.mayStart]).toEqual([true, false]);
  form.choose({ model: ' opus ' });
  form.profileId = 'shell';
  expect([form.permissionMode, form.model]).toEqual(['', '']);
  form.profileId = 'codex';
  await form.start();
  expect(asked.at(-1)?.body).toMatchObject({ permissionMode: 'plan', model: 'opus' });

  const { form: again } = aForm(() => aSession(), stored);
  await again.loadProfiles();
  expect([again.permissionMode, again.model]).toEqual(['', '']);
  again.profileId = 'codex';
  expect([again.permissionMode, again.model]).toEqual(['plan', 'opus']);
});

test('a lost answer is asked for again with the same key, a corrected form with another', async () => {
  const answers: unknown[] = [
    new DashboardError('deadline_exceeded', 'no answer'),
    new DashboardError('too_many_sessions', 'full'),
    aSession(),
  ];
  const { form, keys } = aForm(() => answers.shift());
  await form.loadProfiles();
  expect(await form.start()).toBeUndefined();
  expect(form.failure?.title).toBe('No answer.');
  await form.start();
  await form.start();
  const [first, second, third] = keys();
  expect(second).toBe(first);
  expect(third).not.toBe(second);
});

test('a program that is not there cannot be started', async () => {
  const { form, asked } = aForm(() => aSession());
  await form.loadProfiles();
  form.profileId = 'claude';
  expect(form.mayStart).toBe(false);
  expect(await form.start()).toBeUndefined();
  expect(asked).toHaveLength(1);
});

const entry = (path: string) => ({ name: path.split('/').at(-1) ?? '', path, isRepository: false });
const LISTINGS: Readonly<Record<string, { parent: string | null; entries: string[] }>> = {
  '/': { parent: null, entries: ['/srv', '/opt'] },
  '/srv': { parent: null, entries: ['/srv/shop', '/srv/api', '/srv/.git'] },
  '/srv/shop': { parent: '/srv', entries: [] },
};

/** @param first what the worker shows when no path is named: the roots, or the only one */
function aBrowser(first = '/srv') {
  const clock = new ManualClock();
  const { api, asked } = apiThat(({ line }) => {
    const path = new URL(line.split(' ')[1] ?? '', 'http://x').searchParams.get('path') ?? first;
    const listing = LISTINGS[path];
    if (listing === undefined) return new DashboardError('directory_not_found', 'no such place');
    const entries = listing.entries.map(entry);
    return {
      path: path === '/' ? null : path,
      parent: listing.parent,
      entries,
      isTruncated: false,
    };
  });
  return { browser: new DirectoryBrowser(api, clock), clock, asked };
}

test('a single root is where one begins, with nothing above it; hidden directories stay hidden', async () => {
  const { browser } = aBrowser();
  await browser.showRoots();
  expect(browser.path).toBe('/srv');
  expect(browser.mayGoUp).toBe(false);
  expect(browser.entries.map(({ name }) => name)).toEqual(['shop', 'api']);
  await browser.enter('/srv/shop');
  expect(browser.mayGoUp).toBe(true);
});

test('typing filters at once and asks only for another directory, after a pause', async () => {
  const { browser, clock, asked } = aBrowser();
  await browser.showRoots();
  browser.typed('/srv/sh');
  expect(browser.entries.map(({ name }) => name)).toEqual(['shop']);
  expect(asked).toHaveLength(1);
  browser.typed('/srv/shop/');
  browser.typed('/srv/shop/x');
  clock.advance(200);
  await expect.poll(() => browser.isLoading).toBe(false);
  expect(asked.map(({ line }) => line).at(-1)).toContain('%2Fsrv%2Fshop');
  expect(asked).toHaveLength(2);
});

test('above one of several roots lies the list of them', async () => {
  const { browser } = aBrowser('/');
  await browser.showRoots();
  expect([browser.path, browser.mayGoUp]).toEqual(['', false]);
  await browser.enter('/srv/shop');
  await browser.up();
  expect(browser.path).toBe('/srv');
  await browser.up();
  expect(browser.path).toBe('');
  expect(browser.mayGoUp).toBe(false);
});

test('a directory that cannot be listed is told, and the listing before stays', async () => {
  const { browser } = aBrowser();
  await browser.showRoots();
  await browser.enter('/srv/nowhere');
  expect(browser.failure?.title).toBe('No such place.');
  expect(browser.listing?.entries).toHaveLength(3);
});
