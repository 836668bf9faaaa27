/** S29, S30, S49, S28–S31, S36: names, directories and wishes that are none. Each has its code, nothing is run, nothing is kept. */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REST } from '@dashboard/protocol/rest';
import type { CreateSession, SessionSummary } from '@dashboard/protocol/sessions';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { describe, expect, test } from 'vitest';
import { sharedStack } from './shared-stack.ts';

describe.each(['tmux', 'pty'] as const)('%s', (engine) => {
  const stack = sharedStack({ engine, gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' } });

  async function start(wish: Partial<CreateSession>): Promise<SessionSummary> {
    return await stack().owner.startSession({ directory: stack().projects, ...wish });
  }

  async function expectNothingNew(refused: () => Promise<unknown>, code: string): Promise<void> {
    const before = await stack().owner.call('listSessions');
    await expect(refused()).rejects.toMatchObject({ code });
    const after = await stack().owner.call('listSessions');
    expect(after.sessions.map(({ id }) => id)).toEqual(before.sessions.map(({ id }) => id));
  }

  test.each([
    '#(touch pwned)',
    '#{q:pane_id} #[fg=red] #S',
    'a; touch pwned ;',
    '; kill-server',
    '$(touch pwned) `touch pwned` && touch pwned',
    '-rf --help',
    '=a:0.0',
    '%output %0 x',
    '<script>alert(1)</script>',
    '\\\\ " \' %s %n {name} {uuid}',
    '🦦 家 é',
    '🦦'.repeat(80),
    'x'.repeat(80),
    '__proto__',
  ])('the name %j is a name and nothing else', async (name) => {
    const session = await start({ name });
    expect(session).toMatchObject({ name, phase: 'running' });
    const { owner, projects, directory } = stack();
    const client = await new TerminalClient(owner, session.id).attach();
    client.type('echo ali""ve\r');
    await client.waitForText('alive\r\n');
    expect(await owner.session(session.id)).toMatchObject({ name });
    const renamed = { params: { id: session.id }, body: { name: name.replace(/.$/u, '2') } };
    expect(await owner.call('renameSession', renamed)).toMatchObject(renamed.body);
    for (const place of [projects, directory, join(directory, 'run'), process.cwd(), '/']) {
      expect(existsSync(join(place, 'pwned'))).toBe(false);
    }
    await owner.call('endSession', { params: { id: session.id } });
  });

  test.each([
    ['nothing', ''],
    ['only blanks', '   '],
    ['a line break', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['NUL', 'a\0b'],
    ['ESC', '\u001b]0;x\u0007'],
    ['DEL', 'a\u007fb'],
    ['C1', 'a\u009bb'],
    ['a line separator', 'a\u2028b'],
    ['an override of direction', 'evil\u202Etxt.exe'],
    ['an isolate of direction', 'a\u2066b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['a letter too many', 'x'.repeat(81)],
    ['an otter too many', '🦦'.repeat(81)],
  ])('a name with %s is refused, for a new session and an old one', async (_what, name) => {
    await expectNothingNew(async () => await start({ name }), 'invalid_request');
    const { id } = await start({ name: 'good' });
    const renaming = stack().owner.call('renameSession', { params: { id }, body: { name } });
    await expect(renaming).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await stack().owner.session(id)).toMatchObject({ name: 'good' });
  });

  describe('a directory', () => {
    const places: readonly (readonly [string, (projects: string) => string, string])[] = [
      ['above the root', (p) => join(p, '..'), 'directory_outside_roots'],
      ['above the root by dots', (p) => `${p}/a/../..`, 'directory_outside_roots'],
      ['that only begins like the root', (p) => `${p}-evil`, 'directory_outside_roots'],
      ['behind a link that leads out', (p) => join(p, 'way-out'), 'directory_outside_roots'],
      ['below such a link', (p) => join(p, 'way-out/etc'), 'directory_outside_roots'],
      ['behind a link to nowhere', (p) => join(p, 'nowhere'), 'directory_outside_roots'],
      ['of the system', () => '/etc', 'directory_outside_roots'],
      ['at the very top', () => '/', 'directory_outside_roots'],
      ['of a process', () => '/proc/self/cwd', 'directory_outside_roots'],
      ['outside that does not exist', () => '/no/such/place', 'directory_outside_roots'],
      ['with NUL', (p) => `${p}/a\0b`, 'invalid_request'],
      ['that is relative', () => 'projects', 'invalid_request'],
      ['that is relative to home', () => '~', 'invalid_request'],
      ['without a name', () => '', 'invalid_request'],
      ['of 4,097 characters', (p) => `${p}/${'a/'.repeat(2_500)}`, 'invalid_request'],
      ['that does not exist', (p) => join(p, 'missing'), 'directory_not_found'],
      ['that is a file', (p) => join(p, 'file'), 'directory_not_found'],
      ['that is percent-encoded', (p) => `${p}/%2e%2e`, 'directory_not_found'],
    ];
    test.each(places)(
      '%s is refused, for a session and for the picker',
      async (_which, of, code) => {
        const { owner, projects } = stack();
        mkdirSync(`${projects}-evil`, { recursive: true });
        mkdirSync(join(projects, 'a'), { recursive: true });
        writeFileSync(join(projects, 'file'), '');
        link(join(projects, 'way-out'), '/');
        link(join(projects, 'nowhere'), '/no/such/place');
        const directory = of(projects);
        await expectNothingNew(async () => await start({ directory }), code);
        const listing = owner.call('listDirectory', { query: { path: directory } });
        await expect(listing).rejects.toMatchObject({ code });
      },
    );

    test.each(['#(touch pwned)', 'a;b', '$(touch pwned)', '-x', 'with blank', '🦦', "it's"])(
      'named %j is one like any other',
      async (name) => {
        const { owner, projects } = stack();
        const directory = join(projects, name);
        mkdirSync(directory, { recursive: true });
        const session = await start({ directory });
        const client = await new TerminalClient(owner, session.id).attach();
        client.type('pwd; echo do""ne\r');
        expect(await client.waitForText('done\r\n')).toContain(`${directory}\r\n`);
        expect(existsSync(join(projects, 'pwned'))).toBe(false);
      },
    );
  });

  test.each([
    ['an unknown profile', { profile: 'emacs' }, 'profile_not_found'],
    ['a profile that is none', { profile: '../../bin/sh' }, 'invalid_request'],
    ['a prompt for a program that takes none', { prompt: 'hello' }, 'invalid_request'],
    ['an empty prompt', { prompt: '' }, 'invalid_request'],
    ['a prompt with NUL', { prompt: 'a\0b' }, 'invalid_request'],
    ['a directory with half a surrogate pair', { directory: '/\ud800' }, 'invalid_request'],
    ['a size of 0', { size: { cols: 0, rows: 0 } }, 'invalid_request'],
    ['a size too large', { size: { cols: 1001, rows: 24 } }, 'invalid_request'],
  ])('%s is refused', async (_what, wish, code) => {
    await expectNothingNew(async () => await start(wish), code);
  });

  test.each([
    ['an unknown engine', { engine: 'screen' }],
    ['a field that nobody knows', { env: { PATH: '/tmp' } }],
    ['a command', { argv: ['/bin/sh'] }],
    ['a number for a name', { name: 5 }],
    ['a list of names', { name: ['a'] }],
  ])('%s is refused', async (_what, wish) => {
    const { owner, projects, url } = stack();
    const body = { name: 'x', profile: 'shell', directory: projects, ...wish };
    const response = await fetch(new URL(REST.createSession.path, url), {
      method: 'POST',
      headers: { origin: url, cookie: owner.cookieHeader, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request' });
  });
});

function link(path: string, target: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
