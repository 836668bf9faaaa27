/** Alerts from an agent's state to what a phone, a chat and a program get; and who may change what. */
import type {
  Alerts,
  AlertSettings,
  CreatedWebhook,
  Device,
  Webhook,
} from '@dashboard/protocol/alerts';
import type { DashboardEvent } from '@dashboard/protocol/events';
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { DWELL_MS, REPEAT_AFTER_MS } from '../src/alerts/limits.ts';
import { SESSION, sessionWith, type Wanted } from '../src/alerts/session.fixture.ts';
import { PushBrowser, readVapid } from './push-browser.ts';
import { Receiver } from './receiver.ts';
import { startTestApp } from './test-app.ts';
import type { TestBrowser } from './test-browser.ts';

async function setUp() {
  const receiver = await Receiver.start();
  const started = await startTestApp({ privateOrigins: [receiver.origin] });
  const owner = await started.owner();
  const { alerts, clock } = started;
  const pages: DashboardEvent[] = [];
  started.hub.read(undefined, ({ event }) => pages.push(event));
  const see = (wanted: Wanted) => {
    const sinceMs = clock.nowMs();
    alerts.event({ type: 'session', session: sessionWith({ sinceMs, ...wanted }) });
  };
  /** It asks for permission, and nobody answers. */
  const ask = (wanted: Wanted = {}) => {
    see({ state: 'working', ...wanted });
    see({ state: 'needs_permission', ...wanted });
    clock.advance(DWELL_MS);
  };
  const phone = new PushBrowser();
  const own = () => phone.subscription(`${receiver.origin}/phone`);
  const subscribe = async (browser: TestBrowser) =>
    await browser.expect<Device>(201, 'POST', '/api/alerts/devices', own());
  const heard = () => pages.filter(({ type }) => type === 'alert');
  return { ...started, receiver, owner, see, ask, phone, subscribe, heard };
}

const hookTo = (url: string, format = 'json') => ({
  ...{ label: 'Team', format, url, kinds: ['asks', 'failed', 'lost'], hidesNames: false },
});

async function change(browser: TestBrowser, settings: Partial<AlertSettings>): Promise<void> {
  const { settings: before } = await browser.expect<Alerts>(200, 'GET', '/api/alerts');
  await browser.expect(200, 'PATCH', '/api/alerts', { ...before, ...settings });
}

describe('Web Push', () => {
  test('reaches a browser encrypted, signed, and without what is asked', async () => {
    const { receiver, owner, ask, phone, subscribe, heard } = await setUp();
    const { pushKey } = await owner.expect<Alerts>(200, 'GET', '/api/alerts');
    await subscribe(owner);
    ask();
    const received = await receiver.waitFor(1);
    expect(received.path).toBe('/phone');
    expect(phone.read(received)).toEqual({
      ...{ id: expect.any(String), kind: 'asks', session: SESSION, title: 'apples' },
      ...{ text: 'Asks for permission.', path: '/inbox', atMs: expect.any(Number), waiting: 1 },
    });
    expect(received.headers).toMatchObject({ urgency: 'high', ttl: String(12 * 60 * 60) });
    expect(received.headers['topic']).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(() => new PushBrowser().read(received)).toThrow();
    expect(heard()).toMatchObject([{ alert: { title: 'apples' } }]);
    const claims = await readVapid(received, { pushKey, audience: receiver.origin });
    expect(claims['sub']).toMatch(/^mailto:/);
  });

  test('names nothing where that is wished', async () => {
    const { receiver, owner, ask, phone, subscribe } = await setUp();
    await subscribe(owner);
    await change(owner, { hidesNames: true });
    ask();
    const told = phone.read(await receiver.waitFor(1));
    expect(told).toMatchObject({ session: null, text: 'An agent asks for permission.' });
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`apples|${SESSION}`));
  });

  test('a browser that gave its subscription up is forgotten; what is busy is tried again', async () => {
    const { receiver, owner, ask, subscribe, clock } = await setUp();
    const device = await subscribe(owner);
    receiver.status = 503;
    ask();
    await receiver.waitFor(1);
    receiver.status = 410;
    await expect
      .poll(async () => {
        clock.advance(1_000);
        return (await owner.expect<Alerts>(200, 'GET', '/api/alerts')).devices;
      })
      .toEqual([]);
    expect(receiver.received).toHaveLength(2);
    await owner.refused('not_found', 'POST', `/api/alerts/devices/${device.id}/test`);
  });

  test('a test says how it went, and so does the list afterwards', async () => {
    const { receiver, owner, phone, subscribe } = await setUp();
    const { id } = await subscribe(owner);
    const url = `/api/alerts/devices/${id}/test`;
    const good = await owner.expect<Device>(200, 'POST', url);
    expect(good.last).toMatchObject({ outcome: 'delivered', reason: 'answered 201' });
    expect(phone.read(await receiver.waitFor(1))).toMatchObject({ path: '/settings/alerts' });
    receiver.status = 403;
    const bad = await owner.expect<Device>(200, 'POST', url);
    expect(bad.last).toMatchObject({ outcome: 'failed', reason: 'refused with 403' });
    const { devices } = await owner.expect<Alerts>(200, 'GET', '/api/alerts');
    expect(devices).toEqual([bad]);
  });

  test('a browser is one device however often it asks; logged out, it hears no more', async () => {
    const { receiver, owner, ask, subscribe, see } = await setUp();
    const first = await subscribe(owner);
    expect(await subscribe(owner)).toEqual(first);
    await owner.expect(204, 'POST', '/api/logout');
    ask();
    see({ state: 'working' });
    expect(receiver.received).toEqual([]);
  });

  test('somebody else’s device is none', async () => {
    const { owner, subscribe, browser } = await setUp();
    const { id } = await subscribe(owner);
    const other = await observer(owner, browser());
    await other.refused('not_found', 'POST', `/api/alerts/devices/${id}/test`);
    await other.refused('not_found', 'DELETE', `/api/alerts/devices/${id}`);
    await owner.expect(204, 'DELETE', `/api/alerts/devices/${id}`);
  });

  test('is not sent to private addresses, nor encrypted with what is no key', async () => {
    const { owner, phone } = await setUp();
    for (const wrong of [
      { endpoint: 'https://127.0.0.1/x' },
      { endpoint: 'http://push.example.com/x' },
      { endpoint: 'https://:' },
      { keys: { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) } },
    ]) {
      const body = { ...phone.subscription('https://push.example.com/x'), ...wrong };
      await owner.refused('invalid_request', 'POST', '/api/alerts/devices', body);
    }
  });
});

describe('nobody is told', () => {
  test('of a session that they muted, until they hear of it again', async () => {
    const { owner, ask, heard, clock } = await setUp();
    const url = `/api/sessions/${SESSION}/mute`;
    await owner.expect(204, 'POST', url);
    ask();
    expect(heard()).toEqual([]);
    await owner.expect(204, 'DELETE', url);
    clock.advance(REPEAT_AFTER_MS);
    ask();
    expect(heard()).toHaveLength(1);
  });

  test('what they see, until the tab is hidden or has gone silent', async () => {
    const { owner, ask, heard, clock } = await setUp();
    const say = async (sees: string | null) =>
      await owner.expect(204, 'POST', '/api/alerts/presence', { tab: 'tab-number-1', sees });
    await say(SESSION);
    ask();
    expect(heard()).toHaveLength(0);
    await say(null);
    clock.advance(REPEAT_AFTER_MS);
    ask();
    expect(heard()).toHaveLength(1);
    await say(SESSION);
    clock.advance(REPEAT_AFTER_MS);
    ask();
    expect(heard()).toHaveLength(2);
  });

  test('in quiet hours that cannot be', async () => {
    const { owner } = await setUp();
    const { settings } = await owner.expect<Alerts>(200, 'GET', '/api/alerts');
    for (const wrong of [
      { from: '22:00', to: '22:00', timeZone: 'UTC' },
      { from: '22:00', to: '24:00', timeZone: 'UTC' },
      { from: '22:00', to: '07:00', timeZone: 'Mars/Olympus' },
    ]) {
      const body = { ...settings, quietHours: wrong };
      await owner.refused('invalid_request', 'PATCH', '/api/alerts', body);
    }
  });
});

describe('a webhook', () => {
  test('of any program is signed, and its address and secret are not told again', async () => {
    const { receiver, owner, ask, log, clock } = await setUp();
    const url = `${receiver.origin}/hooks?token=not-for-others`;
    const made = await owner.expect<CreatedWebhook>(201, 'POST', '/api/webhooks', hookTo(url));
    ask();
    const { path, headers, body } = await receiver.waitFor(1);
    expect(path).toBe('/hooks?token=not-for-others');
    const seconds = Number(headers['webhook-timestamp']);
    expect(seconds).toBe(Math.floor(clock.nowMs() / 1_000));
    // By the reference library; its verify() would compare with the time of the machine.
    const signature = new Verifier(made.secret).sign(
      ...([String(headers['webhook-id']), new Date(seconds * 1_000), body.toString()] as const),
    );
    expect(headers['webhook-signature']).toBe(signature);
    const told: unknown = JSON.parse(body.toString());
    expect(told).toMatchObject({ type: 'alert.asks', title: 'apples', session: SESSION });
    expect(told).toMatchObject({ url: expect.stringMatching(/^http:.*\/inbox$/) });
    const listed = await owner.expect<unknown>(200, 'GET', '/api/webhooks');
    for (const text of [JSON.stringify(listed), log.join('')]) {
      expect(text).not.toMatch(new RegExp(`not-for-others|${made.secret.slice(6)}`));
    }
    expect(log.join('')).toContain('webhook_added');
  });

  test('of Slack and of ntfy has their shape, and nothing in it is taken for a mention', async () => {
    const { receiver, owner, ask } = await setUp();
    const { origin } = receiver;
    const add = async (format: string, path: string) =>
      await owner.expect(201, 'POST', '/api/webhooks', hookTo(`${origin}${path}`, format));
    await add('slack', '/services/T0/B0/x');
    await add('ntfy', '/base/agents?auth=x');
    ask({ name: '<!channel> Ünïcode' });
    await receiver.waitFor(2);
    const bodies = receiver.received.map(({ path, body }) => [path, JSON.parse(body.toString())]);
    const { text } = bodies.find(([path]) => path === '/services/T0/B0/x')?.[1] ?? {};
    expect(text).toMatch(/^\*&lt;!channel&gt; Ünïcode\*: Asks for permission\. <http.+\|Open>$/);
    expect(bodies.find(([path]) => path === '/base?auth=x')?.[1]).toMatchObject({
      ...{ topic: 'agents', title: '<!channel> Ünïcode', priority: 4 },
    });
  });

  test('hears what it was made for, while it is on', async () => {
    const { receiver, owner, ask, see, clock } = await setUp();
    const body = hookTo(receiver.origin);
    const { webhook } = await owner.expect<CreatedWebhook>(201, 'POST', '/api/webhooks', body);
    const url = `/api/webhooks/${webhook.id}`;
    await owner.expect(200, 'PATCH', url, { isOn: false });
    ask();
    await owner.expect(200, 'PATCH', url, { isOn: true, kinds: ['failed'] });
    clock.advance(REPEAT_AFTER_MS);
    ask();
    see({ state: 'error' });
    clock.advance(DWELL_MS);
    const received = await receiver.waitFor(1);
    expect(JSON.parse(received.body.toString())).toMatchObject({ type: 'alert.failed' });
    const tested = await owner.expect<Webhook>(200, 'POST', `${url}/test`);
    expect(tested.last).toMatchObject({ outcome: 'delivered' });
    expect(receiver.received).toHaveLength(2);
    await owner.expect(204, 'DELETE', url);
    await owner.refused('not_found', 'POST', `${url}/test`);
  });

  test('is an owner’s affair, and leads to nothing private', async () => {
    const { owner, browser } = await setUp();
    const other = await observer(owner, browser());
    await other.refused('forbidden', 'GET', '/api/webhooks');
    await other.refused('forbidden', 'POST', '/api/webhooks', hookTo('https://example.com'));
    for (const url of ['https://10.0.0.1/', 'http://example.com/', 'https://[::1]/', 'https://:']) {
      await owner.refused('invalid_request', 'POST', '/api/webhooks', hookTo(url));
    }
  });
});

test('a list that was on its way does not undo what was told meanwhile', async () => {
  const { alerts, see, clock, heard } = await setUp();
  see({ state: 'working' });
  await alerts.catchUp(async () => {
    see({ state: 'needs_answer' });
    return await Promise.resolve([sessionWith({ state: 'working' })]);
  });
  clock.advance(DWELL_MS);
  expect(heard()).toHaveLength(1);
});

async function observer(owner: TestBrowser, browser: TestBrowser): Promise<TestBrowser> {
  const person = { name: 'otto', password: 'Ninety calm badgers hum' };
  await owner.expect(201, 'POST', '/api/users', { ...person, role: 'observer' });
  await browser.expect(200, 'POST', '/api/login', person);
  return browser;
}
