/** The dashboard: gateway and worker in processes of their own, the protocol of the browser between. */
import { randomUUID } from 'node:crypto';
import { parseViewerId, type ViewerId } from '@dashboard/protocol/ids';
import { TICKET_SUBPROTOCOL_PREFIX, SUBPROTOCOL } from '@dashboard/protocol/terminal/subprotocol';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import { systemClock } from '@dashboard/runtime/clock';
import type { ApiClient } from '@dashboard/testkit/api-client';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { OursTerminal, type Place } from './ours-terminal.ts';
import { openSocket } from './open-socket.ts';
import { IGNORES, SIZE, type Address, type Session, type Target, type Watch } from './target.ts';
import { serverPid } from './tmux-server.ts';

/** A run asks for more in a minute than a person does in an hour. */
const UNLIMITED = { RATE_LIMIT_MAX_REQUESTS: '1000000' } as const;
const MANY = { SESSIONS_MAX: '500' } as const;
/** As RELAYS_PER_LOGIN_MAX of the gateway: who wants more viewers logs in again. */
const VIEWERS_PER_LOGIN = 100;

export async function startOurs(engine: 'pty' | 'tmux', atEnd: AtEnd): Promise<Target> {
  const stack = await startStack({ engine, gatewayEnv: UNLIMITED, workerEnv: MANY, atEnd });
  const logins = new Logins(stack);
  return {
    name: `ours ${engine}`,
    openSession: async () => {
      const { owner, projects } = stack;
      return new OursSession(logins, await owner.startSession({ directory: projects, size: SIZE }));
    },
    pids: async () => [
      stack.gateway.pid,
      stack.worker.pid,
      ...(engine === 'tmux' ? [await tmuxServerPid(stack)] : []),
    ],
  };
}

interface Visit {
  readonly api: ApiClient;
  readonly viewerId: ViewerId;
  readonly place: Place | undefined;
}

class OursSession implements Session {
  readonly #logins: Logins;
  readonly #summary: SessionSummary;

  constructor(logins: Logins, summary: SessionSummary) {
    this.#logins = logins;
    this.#summary = summary;
  }

  async watch({ reader = IGNORES, before }: Watch = {}): Promise<OursTerminal> {
    const resumes = before instanceof OursTerminal ? before : undefined;
    const viewerId = resumes?.viewerId ?? parseViewerId(randomUUID());
    const api = resumes?.api ?? (await this.#logins.withRoom());
    const { url, ...wish } = await this.#addressOf({ api, viewerId, place: resumes?.place });
    const terminal = new OursTerminal(reader, {
      api,
      viewerId,
      clock: systemClock,
      before: resumes,
    });
    await terminal.attachTo(openSocket(url, wish));
    return terminal;
  }

  async address(): Promise<Address> {
    const api = await this.#logins.withRoom();
    return await this.#addressOf({ api, viewerId: parseViewerId(randomUUID()), place: undefined });
  }

  async #addressOf({ api, viewerId, place }: Visit): Promise<Address> {
    const { id } = this.#summary;
    const { ticket } = await api.call('createTicket', {
      params: { id },
      body: { viewerId, mode: 'control' },
    });
    const query = new URLSearchParams({ cols: String(SIZE.cols), rows: String(SIZE.rows) });
    for (const [name, value] of Object.entries(place ?? {})) query.set(name, `${value}`);
    return {
      url: new URL(`/api/sessions/${id}/terminal?${query}`, api.url.replace(/^http/, 'ws')),
      protocols: [SUBPROTOCOL, `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`],
      headers: { origin: api.url, cookie: api.cookieHeader },
      speaks: 'dashboard',
    };
  }

  async end(): Promise<void> {
    const { owner } = this.#logins;
    const params = { id: this.#summary.id };
    // It may have ended by itself, or vanish in between: gone is what is wanted.
    await owner.call('endSession', { params }).catch(() => undefined);
    await owner.call('removeSession', { params }).catch(() => undefined);
  }
}

/** As many logins as the viewers need. */
class Logins {
  readonly owner: ApiClient;
  #current: ApiClient;
  #handedOut = 0;
  #people = 1;

  constructor({ owner }: Stack) {
    this.owner = owner;
    this.#current = owner;
  }

  async withRoom(): Promise<ApiClient> {
    if (this.#handedOut === VIEWERS_PER_LOGIN) {
      this.#handedOut = 0;
      this.#current = await this.owner.invite(`viewer${++this.#people}`, 'operator');
    }
    this.#handedOut++;
    return this.#current;
  }
}

async function tmuxServerPid({ directory }: Stack): Promise<number> {
  return await serverPid(`${directory}/run/tmux.sock`);
}
