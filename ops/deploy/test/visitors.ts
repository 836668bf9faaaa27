/** Who is there while a release is exchanged: requests without a pause, and terminals that are open. */
import { numberedLinesCommand } from '@dashboard/testkit/numbered-lines';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { until } from '@dashboard/testkit/until';
import type { Site } from './site.ts';

const CLOSED = /other side closed|ECONNRESET/;

/** Asks for this and that, over several connections, until it is stopped. */
export class Requests {
  readonly failures: string[] = [];
  answered = 0;
  askedAgain = 0;
  #isStopped = false;
  readonly #done: Promise<unknown>;

  constructor(site: Site, connections: number) {
    this.#done = Promise.all(Array.from({ length: connections }, (_, at) => this.#ask(site, at)));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #ask(site: Site, at: number): Promise<void> {
    const { url, cookieHeader: cookie } = site.owner;
    const paths = ['/api/me', '/api/sessions', '/health/live', '/'];
    for (let count = at; !this.#isStopped; count++) {
      const path = paths[count % paths.length] ?? '/';
      // A browser each, so that a canary gets some of them.
      const headers = {
        cookie,
        origin: url,
        'user-agent': `visitor ${count % 40}`,
        accept: 'text/html',
      };
      const failure = await this.#get(new URL(path, url), headers);
      if (failure !== undefined) this.failures.push(`${path} ${failure}`);
    }
  }

  /**
   * As a browser does (RFC 9112, 9.3.1): one whose kept connection is closed the moment it is used again
   * asks once more. nginx closes those that are idle when it is reloaded.
   */
  async #get(url: URL, headers: Record<string, string>): Promise<string | undefined> {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await fetch(url, { headers });
        await response.arrayBuffer();
        if (!response.ok) return String(response.status);
        this.answered++;
        return undefined;
      } catch (error) {
        const why = error instanceof Error ? String(error.cause) : String(error);
        if (attempt > 0 || !CLOSED.test(why)) return why;
        this.askedAgain++;
      }
    }
  }
}

/** Viewers of a session each that prints numbered lines; none may miss, double or mix up a byte. */
export class Terminals {
  readonly viewers: readonly TerminalClient[];
  /** The longest that anything was silent, of all. */
  silentMs = 0;

  private constructor(viewers: readonly TerminalClient[]) {
    this.viewers = viewers;
  }

  /** @param count viewers, ten of each session */
  static async open(site: Site, count: number, atEnd: AtEnd): Promise<Terminals> {
    const viewers: TerminalClient[] = [];
    const lastAtMs = new Map<number, number>();
    const terminals = new Terminals(viewers);
    const heard = (at: number): void => {
      const nowMs = performance.now();
      terminals.silentMs = Math.max(terminals.silentMs, nowMs - (lastAtMs.get(at) ?? nowMs));
      lastAtMs.set(at, nowMs);
    };
    for (let at = 0; at < count; at++) {
      const first = viewers[at - (at % 10)];
      const session =
        first?.session ?? (await site.owner.startSession({ directory: site.stack.projects })).id;
      const viewer = new TerminalClient(site.owner, session, {
        ...{ atEnd, isPersistent: true, onFrame: ({ type }) => type === 'output' && heard(at) },
      });
      viewers.push(await viewer.attach());
      await viewer.waitForFrame('attached');
    }
    for (const viewer of viewers.filter((_each, at) => at % 10 === 0)) {
      viewer.type('stty -echo; clear; ');
      viewer.type(numberedLinesCommand({ count: 10_000_000, bytesPerSecond: 2_000 }));
    }
    for (const viewer of viewers) await viewer.waitForText('00000003 ', 30_000);
    return terminals;
  }

  /** @returns in words what is wrong with what they have seen */
  async wrong(): Promise<string[]> {
    const furthest = new Map<string, number>();
    for (const { session, offset } of this.viewers) {
      furthest.set(session, Math.max(offset, furthest.get(session) ?? 0));
    }
    return await Promise.all(
      this.viewers.map(async (viewer, at) => {
        await until(
          () => viewer.isAttached && viewer.offset > (furthest.get(viewer.session) ?? 0),
          {
            what: `viewer ${at} goes on`,
            timeoutMs: 30_000,
          },
        );
        const { gaps, resyncs, text } = viewer;
        const lines = [...text.matchAll(/^(\d{8}) [a-z]{40}\r$/gm)].map(([, number]) =>
          Number(number),
        );
        const first = lines[0] ?? 0;
        const broken = lines.findIndex((number, place) => number !== first + place);
        if (gaps === 0 && resyncs <= 1 && broken === -1 && lines.length > 3) return '';
        return `viewer ${at}: ${gaps} gaps, ${resyncs} redrawn, of ${lines.length} lines the ${broken}th`;
      }),
    ).then((all) => all.filter((words) => words !== ''));
  }
}
