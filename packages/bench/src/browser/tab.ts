/** A tab of headless Chromium with the bench's page, connected to a session. */
import type { Clock } from '@dashboard/runtime/clock';
import { until } from '@dashboard/testkit/until';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { pause, scheduleOf } from '../measure/index.ts';
import { SIZE, type Address } from '../targets/index.ts';
import { PAGE_PATH, pageFile } from './page-files.ts';

const EXECUTABLE = '/usr/bin/chromium';
const SWITCHES = [
  '--no-sandbox', // whoever measures may be root, in a container
  '--disable-gpu',
  '--disable-3d-apis',
  '--disable-quic',
  // The page comes from this process and has no address, so loopback would count as foreign to it.
  '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
];
/** As KEY_BYTES of the page. */
const KEYS = [',', '.'] as const;
const JITTER = 0.8;

export async function launchBrowser(atEnd: AtEnd): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: SWITCHES });
  atEnd(() => browser.close());
  return browser;
}

export class Tab {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async open(browser: Browser, address: Address): Promise<Tab> {
    const origin = new URL(address.url.origin.replace(/^ws/, 'http'));
    const context = await browser.newContext();
    await addCookies(context, { origin, header: address.headers?.['cookie'] ?? '' });
    await context.route(`${origin.origin}${PAGE_PATH}**`, async (route) => {
      const path = new URL(route.request().url()).pathname.slice(PAGE_PATH.length);
      await route.fulfill(await pageFile(path));
    });
    const page = await context.newPage();
    await page.goto(`${origin.origin}${PAGE_PATH}`);
    await page.waitForFunction('globalThis.openTerminal !== undefined');
    const { url, protocols = [], speaks } = address;
    const wish = { url: url.href, protocols, speaks, ...SIZE };
    await page.evaluate(`openTerminal(${JSON.stringify(wish)})`);
    return new Tab(page);
  }

  /** Types a command, and waits for what it prints. */
  async ask(command: string, marker: string): Promise<void> {
    await this.#page.evaluate(`typeText(${JSON.stringify(`${command}\r`)})`);
    await until(async () => String(await this.#page.evaluate('screenText()')).includes(marker), {
      what: `the page shows ${marker}`,
    });
  }

  /** @returns milliseconds from each key's event to the frame after it was drawn */
  async typeKeys(options: {
    clock: Clock;
    count: number;
    everyMs: number;
    seed: number;
  }): Promise<readonly number[]> {
    const { clock, count, everyMs } = options;
    await this.#page.bringToFront();
    await this.#page.evaluate('takeDelays()');
    const startedMs = clock.monotonicMs();
    const presses: Promise<void>[] = [];
    for (const [key, dueMs] of scheduleOf({ ...options, jitter: JITTER }).entries()) {
      await pause(clock, startedMs + dueMs - clock.monotonicMs());
      presses.push(this.#page.keyboard.press(KEYS[key % KEYS.length] ?? ','));
    }
    await Promise.all(presses);
    await pause(clock, everyMs * 10);
    const delays: unknown = await this.#page.evaluate('takeDelays()');
    if (!Array.isArray(delays)) throw new Error('the page tells no delays');
    return delays.map(Number).slice(0, count);
  }
}

async function addCookies(
  context: BrowserContext,
  { origin, header }: { origin: URL; header: string },
): Promise<void> {
  const pairs = header.split('; ').filter((pair) => pair !== '');
  const cookies = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: origin.href };
  });
  await context.addCookies(cookies);
}
