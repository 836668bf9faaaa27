/** S60: what happened to others, each once more and to us: named after the report. docs/SECURITY.md lists them all. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseViewerId, type SessionId } from '@dashboard/protocol/ids';
import { ApiClient } from '@dashboard/testkit/api-client';
import { OWNER } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { beforeAll, expect, test } from 'vitest';
import { sharedStack } from './shared-stack.ts';
import { upgrade, webSocketHeaders, type UpgradeAnswer } from './upgrade.ts';

const CANARY = 'canary-7f3a1c';
const stack = sharedStack({
  gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' },
  workerEnv: { AWS_SECRET_ACCESS_KEY: CANARY, DATABASE_URL: CANARY },
});
let session: SessionId;
beforeAll(async () => {
  ({ id: session } = await stack().owner.startSession({ directory: stack().projects }));
});

/** Null leaves a header out. */
type Headers = Readonly<Record<string, string | null>>;

async function ticket(): Promise<string> {
  const body = { viewerId: parseViewerId(randomUUID()), mode: 'control' } as const;
  return (await stack().owner.call('createTicket', { params: { id: session }, body })).ticket;
}

async function knock(changed: Headers, query = ''): Promise<UpgradeAnswer> {
  const all: Headers = {
    Host: new URL(stack().url).host,
    Origin: stack().url,
    Cookie: stack().owner.cookieHeader,
    'Sec-WebSocket-Protocol': `dashboard.v1, ticket.${await ticket()}`,
    ...changed,
  };
  const headers = Object.entries(all).filter((one): one is [string, string] => one[1] !== null);
  return await upgrade(stack().url, {
    path: `/api/sessions/${session}/terminal${query}`,
    headers: [...headers, ...webSocketHeaders()],
  });
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(new URL(path, stack().url), { redirect: 'manual', ...init });
}

/** As our own page would, with the cookies of the owner. */
async function post(path: string, body: unknown, type = 'application/json'): Promise<Response> {
  const { url, owner } = stack();
  const headers = { origin: url, cookie: owner.cookieHeader, 'content-type': type };
  return await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function refusedSession(wish: object): Promise<void> {
  const body = { name: 'x', profile: 'shell', directory: stack().projects, ...wish };
  expect((await post('/api/sessions', body)).status).toBe(400);
}

/** What a shell in a new session says until it says that it is done. */
async function said(command: string): Promise<string> {
  const { owner, projects } = stack();
  const { id } = await owner.startSession({ directory: projects });
  const client = await new TerminalClient(owner, id).attach();
  client.type(`${command}; echo do""ne\r`);
  return await client.waitForText('done\r\n');
}

const noneWasRun = (): void => {
  const { projects, directory } = stack();
  for (const place of [projects, directory, join(directory, 'run'), process.cwd(), '/']) {
    expect(existsSync(join(place, 'pwned'))).toBe(false);
  }
};
const FOREIGN = { status: 403, code: 'foreign_origin' };
const NOBODY = { status: 401, code: 'unauthenticated' };
const NO_TICKET = { status: 401, code: 'invalid_ticket' };

const INCIDENTS: Readonly<Record<string, () => Promise<void>>> = {
  'CVE-2023-0957: a page of another site opens the socket of a person who is logged in':
    async () => {
      expect(await knock({ Origin: 'https://evil.test' })).toMatchObject(FOREIGN);
    },
  'CVE-2025-52882: any page opens a socket on this machine': async () => {
    expect(await knock({ Origin: 'http://localhost:1' })).toMatchObject(FOREIGN);
    expect(await knock({ Cookie: null })).toMatchObject(NOBODY);
  },
  'CVE-2026-44211: neither origin nor login is asked for before an agent is driven': async () => {
    expect(await knock({ Origin: null, Cookie: null })).toMatchObject({ status: 403 });
  },
  'CVE-2026-59723: whoever comes from 127.0.0.1 is trusted': async () => {
    for (const path of ['/api/me', '/api/sessions', '/api/users']) {
      expect((await ask(path)).status).toBe(401);
    }
  },
  'GHSA-gr74-4xfh-6jw9: a rebound name reads everything and starts an agent': async () => {
    expect(await knock({ Host: 'evil.test' })).toMatchObject({ status: 421 });
    const response = await ask('/api/sessions', { headers: { origin: 'http://evil.test' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.status).toBe(401);
  },
  'GHSA-79wm-x847-7cvg: fields of a body are read by a shell': async () => {
    const name = '"; touch pwned; $(touch pwned) `touch pwned` #(touch pwned)';
    await stack().owner.startSession({ directory: stack().projects, name });
    await refusedSession({ command: 'touch pwned' });
    noneWasRun();
  },
  'GHSA-4jm9-m3fr-9jpx: a bridge to a console asks nobody who they are': async () => {
    expect(await knock({ Cookie: null })).toMatchObject(NOBODY);
  },
  'OpenClaw, VibeTunnel: a proxy makes everybody local': async () => {
    const headers = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '::1', forwarded: 'for=_self' };
    expect((await ask('/api/me', { headers })).status).toBe(401);
  },
  'CVE-2025-24010, CVE-2025-66414, CVE-2026-11624: a local server answers to any name':
    async () => {
      for (const path of ['/', '/api/setup', '/health/live', '/api/openapi.json']) {
        const lines = [`GET ${path} HTTP/1.1`, 'Host: evil.test', 'Connection: close'];
        const [requestLine = '', ...rest] = lines;
        const headers = rest.map((line) => line.split(': ') as [string, string]);
        expect(await upgrade(stack().url, { path, requestLine, headers })).toMatchObject({
          status: 421,
        });
      }
    },
  'CVE-2024-28179: HTTP asks for a login, the WebSocket beside it does not': async () => {
    for (const Cookie of [null, '', 'access=', 'access=a.b.c']) {
      expect(await knock({ Cookie })).toMatchObject(NOBODY);
    }
  },
  'cli-agent-orchestrator #608, altimate-code #964, coven-cave #735: no credential is as good as one':
    async () => {
      for (const offer of [
        'dashboard.v1',
        'dashboard.v1, ticket.',
        'dashboard.v1, ticket.undefined',
      ]) {
        expect(await knock({ 'Sec-WebSocket-Protocol': offer })).toMatchObject(NO_TICKET);
      }
    },
  'CVE-2026-42889: leaving the token out lets one in': async () => {
    expect(await knock({ 'Sec-WebSocket-Protocol': null })).toMatchObject({ status: 426 });
  },
  'CVE-2025-68663, GHSA-4hv6-xc92-j86g: a token outlives its login at the socket': async () => {
    const api = new ApiClient(stack().url);
    await api.logIn(OWNER.name, OWNER.password);
    const cookie = api.cookieHeader;
    await api.call('logout');
    expect(await knock({ Cookie: cookie })).toMatchObject(NOBODY);
  },
  'CVE-2026-57102: a script reads the token that opens everything': async () => {
    const body = { name: OWNER.name, password: OWNER.password };
    const response = await post('/api/login', body);
    const cookies = response.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    const text = await response.text();
    for (const cookie of cookies) {
      expect(cookie).toContain('HttpOnly');
      expect(text).not.toContain(/=([^;]+)/.exec(cookie)?.[1]);
    }
  },
  'ttyd --url-arg, --check-origin: the address says what is run, and nobody asks from where':
    async () => {
      expect(await knock({}, '?arg=touch&arg=pwned')).toMatchObject({ status: 400 });
      expect(await knock({ Origin: 'http://evil.test' })).toMatchObject(FOREIGN);
    },
  'GHSA-q52j-4q2q-hcj6: a terminal without a login is a shell for anybody': async () => {
    const nothing = { Origin: null, Cookie: null, 'Sec-WebSocket-Protocol': null };
    expect(await knock(nothing)).not.toMatchObject({ status: 101 });
  },
  'CVE-2026-31975: path, command and session of a message are put into a line for bash':
    async () => {
      await refusedSession({ initialCommand: 'touch pwned' });
      await refusedSession({ directory: '"; touch pwned; "' });
      const headers = { cookie: stack().owner.cookieHeader };
      const response = await ask(`/api/sessions/${encodeURIComponent('x; touch pwned')}`, {
        headers,
      });
      expect(response.status).toBe(400);
      noneWasRun();
    },
  'CVE-2026-31862: git is run with what the body says': async () => {
    for (const path of ['/api/git/commit', '/api/git/checkout', '/api/exec']) {
      expect((await post(path, { branch: '; touch pwned' })).status).toBe(404);
    }
    noneWasRun();
  },
  'claudecodeui 1.37: a token in the address, and whoever comes first registers': async () => {
    const token = /access=([^;]+)/.exec(stack().owner.cookieHeader)?.[1] ?? '';
    expect((await ask(`/api/me?token=${token}`)).status).toBe(401);
    expect((await ask('/api/me', { headers: { authorization: `Bearer ${token}` } })).status).toBe(
      401,
    );
    const again = await post('/api/setup', { token: 'A'.repeat(43), ...OWNER });
    expect(again.status).toBe(409);
  },
  'CVE-2026-26068, CVE-2026-45748: what a program says of itself is run by tmux': async () => {
    await said(String.raw`printf '\033]2;#(touch pwned)\007\033k#(touch pwned)\033\\'`);
    const title = '#(touch pwned)#{pane_id};run-shell "touch pwned"';
    await stack().owner.startSession({ directory: stack().projects, name: title });
    noneWasRun();
  },
  'CVE-2025-53110: a directory that begins like a root is in it': async () => {
    const evil = `${stack().projects}-evil`;
    mkdirSync(evil);
    const starting = stack().owner.startSession({ directory: evil });
    await expect(starting).rejects.toMatchObject({ code: 'directory_outside_roots' });
  },
  'CVE-2025-53109: a link leads out of a root': async () => {
    const link = join(stack().projects, 'out');
    symlinkSync('/etc', link);
    const listing = stack().owner.call('listDirectory', { query: { path: link } });
    await expect(listing).rejects.toMatchObject({ code: 'directory_outside_roots' });
  },
  'CVE-2025-47269: a path makes the server send cookies elsewhere': async () => {
    const headers = { cookie: stack().owner.cookieHeader };
    for (const path of ['/proxy/test@evil.test', '/api/proxy/8080', '//evil.test/api/me']) {
      const response = await ask(new URL(stack().url).origin + path, { headers });
      expect(response.headers.get('location')).toBeNull();
      expect([200, 400, 404]).toContain(response.status);
      expect(await response.text()).not.toContain('"user"');
    }
  },
  'CVE-2026-69320: an address brings environment for the terminal': async () => {
    await refusedSession({ env: { NODE_OPTIONS: '--require /tmp/x' } });
    expect(await knock({}, '?env=NODE_OPTIONS')).toMatchObject({ status: 400 });
  },
  'CVE-2026-25223: a tab in the content type passes by the schema': async () => {
    const body = { name: 'x', profile: 'shell', directory: '/etc', more: 1 };
    for (const type of ['application/json\t', 'application/json\t;x', '\tapplication/json;']) {
      expect((await post('/api/sessions', body, type)).status).toBeGreaterThanOrEqual(400);
    }
  },
  'CVE-2026-2880, CVE-2026-22031, CVE-2026-33804, CVE-2026-14198, CVE-2026-85184, CVE-2026-112712: another spelling of a path has no guard':
    async () => {
      const spellings = ['//api/users', '/api//users', '/api/users/', '/API/users', '/api/%75sers'];
      for (const path of [...spellings, '/api/users;x', '/api/./users', '/x/%2e%2e/api/users']) {
        const text = await (await ask(new URL(stack().url).origin + path)).text();
        expect(text).not.toContain(OWNER.name);
      }
    },
  'CVE-2026-34950, CVE-2026-35039: one token is taken for that of another person': async () => {
    const ben = await stack().owner.invite('ben', 'observer');
    for (let round = 0; round < 20; round++) {
      const [a, b] = await Promise.all([stack().owner.call('me'), ben.call('me')]);
      expect([a.user.name, b.user.name]).toEqual([OWNER.name, 'ben']);
    }
  },
  'code-server #1583, opencode #32707, VelaTerm #93, CyDo #25: sessions know the secrets of the server':
    async () => {
      const heard = await said('env; tr "\\0" "\\n" < /proc/self/environ');
      expect(heard).toContain('HOME=');
      const socket = join(stack().directory, 'run/tmux.sock');
      const kept = execFileSync('tmux', ['-S', socket, 'show-environment', '-g']).toString();
      for (const text of [heard, kept]) {
        expect(text).not.toContain(CANARY);
        expect(text).not.toMatch(/WORKER_KEY|JWT_SECRET|DATABASE_URL|AWS_SECRET/);
      }
    },
  'CVE-2003-0063, CVE-2008-2383, CVE-2022-45063: a terminal types what a program told it':
    async () => {
      const told = String.raw`\033]2;pwned\007\033P$qpwned\033\\\033]50;pwned\007\033Ptmux;\033\033[c\033\\`;
      const asked = String.raw`\033[20t\033[21t\033]50;?\007\033]52;c;?\007\033[c`;
      await said(`stty raw -echo min 0 time 5; printf '${told}${asked}'; cat > replies; stty sane`);
      const replies = readFileSync(join(stack().projects, 'replies'), 'latin1');
      expect(replies.match(/\x1b\[\?[\d;]+c/g)).toHaveLength(1);
      expect(replies).not.toMatch(/pwned|\]52;/);
    },
};

test.each(Object.entries(INCIDENTS))('%s', { timeout: 30_000 }, async (_what, happensToUs) => {
  await happensToUs();
});
