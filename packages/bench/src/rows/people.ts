/** Who uses a dashboard all day: asks for pages, types, comes and goes, starts and ends sessions, logs in and out. */
import { performance } from 'node:perf_hooks';
import type { SessionId } from '@dashboard/protocol/ids';
import { EventStream } from '@dashboard/testkit/event-stream';
import { OWNER, type Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { ApiClient } from '@dashboard/testkit/api-client';
import { until } from '@dashboard/testkit/until';
import type { Setting } from './row.ts';

const VIEWERS = 20;
const ASKERS = 2;
/** Of one asker: forty in a second, which is a busy team. */
const PAUSE_MS = 50;
const KEY_EVERY_MS = 250;
const COMING_EVERY_MS = 500;
const LOOK_TIMEOUT_MS = 15_000;

interface Done {
  readonly tookMs: number[];
  failed: number;
}

export class People {
  readonly done = { request: none(), echo: none(), visit: none(), session: none(), login: none() };
  readonly #stack: Stack;
  readonly #setting: Setting;
  readonly #session: SessionId;

  private constructor(stack: Stack, setting: Setting, session: SessionId) {
    this.#stack = stack;
    this.#setting = setting;
    this.#session = session;
  }

  /** With a session that all of them watch. */
  static async gather(stack: Stack, setting: Setting): Promise<People> {
    const { id } = await stack.owner.startSession({ directory: stack.projects });
    for (let count = 0; count < VIEWERS; count++) {
      const options = { atEnd: setting.atEnd, isPersistent: true, mode: 'view' } as const;
      const viewer = await new TerminalClient(stack.owner, id, options).attach();
      viewer.keepsFrames = false;
    }
    return new People(stack, setting, id);
  }

  async workUntil(endsAtMs: number): Promise<void> {
    const again = async (pauseMs: number, what: Done, work: () => Promise<unknown>) => {
      while (performance.now() < endsAtMs) {
        await timed(what, work, this.#setting.progress);
        await new Promise<void>((resolve) => void this.#setting.clock.after(pauseMs, resolve));
      }
    };
    const { owner } = this.#stack;
    const typist = await this.#attach();
    let keys = 0;
    const askers = Array.from({ length: ASKERS }, () =>
      again(PAUSE_MS, this.done.request, async () => await owner.call('listSessions')),
    );
    await Promise.all([
      ...askers,
      again(KEY_EVERY_MS, this.done.echo, async () => await echo(typist, ++keys)),
      again(COMING_EVERY_MS, this.done.visit, async () => await this.#visit()),
      again(COMING_EVERY_MS, this.done.session, async () => await this.#startAndEnd()),
      again(COMING_EVERY_MS, this.done.login, async () => await this.#logInAndOut()),
    ]);
    typist.close();
  }

  async #attach(): Promise<TerminalClient> {
    const viewer = new TerminalClient(this.#stack.owner, this.#session, { atEnd: () => undefined });
    await viewer.attach();
    await until(() => viewer.resyncs > 0, { what: 'it is drawn', timeoutMs: LOOK_TIMEOUT_MS });
    return viewer;
  }

  /** A page is opened and closed. */
  async #visit(): Promise<void> {
    const stream = await EventStream.open(this.#stack.owner, () => undefined);
    (await this.#attach()).close();
    stream.close();
  }

  async #startAndEnd(): Promise<void> {
    const { owner, projects } = this.#stack;
    const { id } = await owner.startSession({ directory: projects });
    const params = { id };
    await owner.call('endSession', { params });
    const isOver = async (): Promise<boolean> => (await owner.session(id)).phase !== 'running';
    await until(isOver, { what: 'it has ended', timeoutMs: LOOK_TIMEOUT_MS });
    await owner.call('removeSession', { params });
  }

  async #logInAndOut(): Promise<void> {
    const browser = new ApiClient(this.#stack.url);
    await browser.logIn(OWNER.name, OWNER.password);
    await browser.call('logout');
  }
}

function none(): Done {
  return { tookMs: [], failed: 0 };
}

/** What it keeps would grow with the time: only the marker of this key is looked for. */
async function echo(typist: TerminalClient, number: number): Promise<void> {
  typist.frames.length = 0;
  typist.text = '';
  typist.type(`${number}.`);
  await until(() => typist.text.includes(`${number}.`), {
    ...{ what: 'the key comes back', timeoutMs: LOOK_TIMEOUT_MS },
  });
  typist.type('\u0015');
}

async function timed(
  what: Done,
  work: () => Promise<unknown>,
  progress: Setting['progress'],
): Promise<void> {
  const startedAtMs = performance.now();
  try {
    await work();
    what.tookMs.push(performance.now() - startedAtMs);
  } catch (error) {
    what.failed++;
    progress(error instanceof Error ? error.message : String(error));
  }
}
