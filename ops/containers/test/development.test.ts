/**
 * compose.yml with compose.dev.yml on a real engine: CONTAINERS=1 with the images built. The page comes from Vite, and a
 * daemon whose source was saved starts again without a session that ends.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ApiClient } from '@dashboard/testkit/api-client';
import { OWNER } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compose, ROOT } from './compose.ts';

/** Both are in the file: the gateway is told by which names it is known. */
const PAGE = 'http://localhost:5173';
const UP_TIMEOUT_MS = 180_000;
const RESTART_TIMEOUT_MS = 60_000;

const compose = new Compose({
  project: 'dashboard-development',
  files: ['compose.yml', 'compose.dev.yml'],
});

describe.runIf(process.env['CONTAINERS'] === '1')(
  'while it is changed',
  { timeout: UP_TIMEOUT_MS },
  () => {
    const owner = new ApiClient(PAGE);
    const atEnd: (() => unknown)[] = [];
    let viewer: TerminalClient;

    beforeAll(async () => {
      await compose.up();
      await until(async () => (await fetch(PAGE).catch(() => undefined))?.ok === true, {
        what: 'Vite serves the page',
        timeoutMs: RESTART_TIMEOUT_MS,
      });
      const setupUrl = await compose.logged('gateway', 'setup', 'url');
      await owner.setUp({ token: setupUrl?.split('token=')[1] ?? '', ...OWNER });
      const session = await owner.startSession({ directory: '/projects' });
      const options = { isPersistent: true, atEnd: (end: () => unknown) => void atEnd.push(end) };
      viewer = await new TerminalClient(owner, session.id, options).attach();
    }, UP_TIMEOUT_MS);

    afterAll(async () => {
      for (const end of atEnd) await end();
      await compose.down();
    }, UP_TIMEOUT_MS);

    test('the page is the one of the sources, with hot reload', async () => {
      expect(await (await fetch(PAGE)).text()).toContain('property="csp-nonce"');
      expect((await fetch(`${PAGE}/@vite/client`)).status).toBe(200);
    });

    test('a saved file of the worker starts it again, and the session goes on', async () => {
      const shell = await shellPid();
      const starts = await startsOf('worker');
      // Imported by a thread alone.
      save('apps/worker/src/screen/screen-thread.ts');
      await startedAgain('worker', starts);
      expect(await shellPid()).toBe(shell);
    });

    test('a saved file of the gateway starts it again, and the session goes on', async () => {
      const shell = await shellPid();
      const starts = await startsOf('gateway');
      save('apps/gateway/src/limits.ts');
      await startedAgain('gateway', starts);
      expect(await shellPid()).toBe(shell);
    });

    /** Of the shell in the session, asked through it. */
    async function shellPid(): Promise<number> {
      const mark = `m${viewer.frames.length}-${Math.round(performance.now())}`;
      viewer.type(`echo ${mark}=$$.\r`);
      const text = await viewer.waitForText(new RegExp(`${mark}=\\d+\\.`), RESTART_TIMEOUT_MS);
      return Number(new RegExp(`${mark}=(\\d+)\\.`).exec(text)?.[1]);
    }
  },
);

type Daemon = 'gateway' | 'worker';

/** As an editor does, with the same content. */
function save(file: string): void {
  execFileSync('touch', [join(ROOT, file)]);
}

/** How often it has told that it is there. */
async function startsOf(service: Daemon): Promise<number> {
  return (await compose.logs(service)).split('"event":"listening"').length - 1;
}

async function startedAgain(service: Daemon, before: number): Promise<void> {
  await until(async () => (await startsOf(service)) > before, {
    what: `the ${service} starts again`,
    timeoutMs: RESTART_TIMEOUT_MS,
  });
}
