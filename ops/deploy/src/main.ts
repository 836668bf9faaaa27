/** Uses a gateway as a person would, one step after the other; the first that fails ends it with 1. See smoke.sh. */
import { readFileSync } from 'node:fs';
import { systemClock } from '@dashboard/runtime/clock';
import { Browser } from './browser.ts';
import { echoOf } from './echo.ts';
import { SMOKE_STEP_MS_MAX } from './limits.ts';

const LOOK_EVERY_MS = 100;

const HEADERS: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src|script-src/,
  'x-content-type-options': /^nosniff$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'referrer-policy': /./,
};

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const need = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') throw new Error(`${name} is missing`);
    return value;
  };
  const origin = need('SMOKE_ORIGIN');
  const browser = new Browser({ address: need('SMOKE_ADDRESS'), origin });
  const name = need('SMOKE_USER');
  const password = readFileSync(need('SMOKE_PASSWORD_FILE'), 'utf8').trim();
  const directory = need('SMOKE_DIRECTORY');

  await step('it is ready', () => browser.ask('GET', '/health/ready', { status: 200 }));
  await step('its pages have security headers', async () => {
    const { headers } = await browser.ask('GET', '/', { status: 200 });
    const wanted = {
      ...HEADERS,
      ...(origin.startsWith('https:') && { 'strict-transport-security': /max-age/ }),
    };
    for (const [header, pattern] of Object.entries(wanted)) {
      if (!pattern.test(String(headers[header] ?? ''))) throw new Error(`${header} is missing`);
    }
  });
  await step('a wrong password is refused', () =>
    browser.ask('POST', '/api/login', { status: 401, body: { name, password: `not ${password}` } }),
  );
  await step('the right one is accepted', () =>
    browser.ask('POST', '/api/login', { status: 200, body: { name, password } }),
  );
  await step('a session starts, echoes and ends', async () => {
    const wish = { name: 'smoke test', profile: 'shell', directory };
    const { text } = await browser.ask('POST', '/api/sessions', { status: 201, body: wish });
    const id = idOf(text);
    try {
      await echoOf(browser, id);
    } finally {
      await browser.ask('POST', `/api/sessions/${id}/end`, { status: 200 });
      await removed(browser, id);
    }
  });
  await step('it is logged out', () => browser.ask('POST', '/api/logout', { status: 204 }));
}

async function step(what: string, work: () => Promise<unknown>): Promise<void> {
  const startedAtMs = performance.now();
  await work().catch((error: unknown) => {
    throw new Error(`${what}: no. ${error instanceof Error ? error.message : String(error)}`);
  });
  console.log(`ok ${what} (${Math.round(performance.now() - startedAtMs)} ms)`);
}

function idOf(text: string): string {
  const session: unknown = JSON.parse(text);
  const isRecord = typeof session === 'object' && session !== null && 'id' in session;
  if (!isRecord || typeof session.id !== 'string') throw new Error('there is no id in the answer');
  return session.id;
}

/** A session can be removed once it has ended, which takes a moment. */
async function removed(browser: Browser, id: string): Promise<void> {
  const untilMs = performance.now() + SMOKE_STEP_MS_MAX;
  for (;;) {
    const { status } = await browser.ask('DELETE', `/api/sessions/${id}`);
    if (status === 204) return;
    if (performance.now() > untilMs) throw new Error(`it is not removed: ${status}`);
    await new Promise<void>((resolve) => void systemClock.after(LOOK_EVERY_MS, resolve));
  }
}

// A promise that nothing keeps alive would else end it in silence, as if all were well.
process.exitCode = 1;
try {
  await main(process.env);
  process.exitCode = 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
}
