/** The REST interface as a browser uses it: cookies kept, Origin sent, problems thrown. */
import { DashboardError } from '@dashboard/protocol/errors';
import { fromProblem } from '@dashboard/protocol/problem';
import {
  REST,
  type BodyOf,
  type Endpoint,
  type EndpointName,
  type ReplyOf,
} from '@dashboard/protocol/rest';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Role } from '@dashboard/protocol/roles';
import type { CreateSession, SessionSummary } from '@dashboard/protocol/sessions';
import type { Setup } from '@dashboard/protocol/people';

/** Of everybody whom a test invites. */
export const GUEST_PASSWORD = 'seven tidy otters whistle';

export interface CallOptions<N extends EndpointName> {
  readonly body?: BodyOf<N>;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export class ApiClient {
  readonly url: string;
  readonly #cookies = new Map<string, string>();
  #password: string | undefined;

  constructor(url: string) {
    this.url = url;
  }

  get cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** The same browser at another address: of a second gateway, or of a proxy in front. */
  at(url: string): ApiClient {
    const client = new ApiClient(url);
    for (const [name, value] of this.#cookies) client.#cookies.set(name, value);
    client.#password = this.#password;
    return client;
  }

  /** Proves who it is when that is asked for. @throws DashboardError what the server refuses with */
  async call<N extends EndpointName>(name: N, options: CallOptions<N> = {}): Promise<ReplyOf<N>> {
    try {
      return await this.#ask(name, options);
    } catch (error) {
      const isAsked = error instanceof DashboardError && error.code === 'proof_needed';
      if (!isAsked || this.#password === undefined) throw error;
      await this.#ask('prove', { body: { password: this.#password } });
      return await this.#ask(name, options);
    }
  }

  async #ask<N extends EndpointName>(name: N, options: CallOptions<N> = {}): Promise<ReplyOf<N>> {
    const { body, params = {}, query = {}, headers = {} } = options;
    const { method, path }: Endpoint = REST[name];
    const filled = path.replace(/:(\w+)/g, (_all, key: string) => params[key] ?? '');
    const response = await fetch(new URL(`${filled}?${new URLSearchParams(query)}`, this.url), {
      method,
      headers: {
        origin: this.url,
        cookie: this.cookieHeader,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.#keepCookies(response);
    const text = await response.text();
    const reply: unknown = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw fromProblem(reply, response.status);
    return reply as ReplyOf<N>; // the server checks its replies against the same schema
  }

  async setUp(setup: Setup): Promise<void> {
    this.#password = setup.password;
    await this.call('setup', { body: setup });
  }

  async logIn(name: string, password: string): Promise<void> {
    this.#password = password;
    await this.call('login', { body: { name, password } });
  }

  /** A new person with this role, logged in with a browser of their own. */
  async invite(name: string, role: Role): Promise<ApiClient> {
    await this.call('createUser', { body: { name, role, password: GUEST_PASSWORD } });
    const client = new ApiClient(this.url);
    await client.logIn(name, GUEST_PASSWORD);
    return client;
  }

  async startSession(
    wish: Partial<CreateSession> & { directory: string },
  ): Promise<SessionSummary> {
    return await this.call('createSession', { body: { name: 'test', profile: 'shell', ...wish } });
  }

  async session(id: SessionId): Promise<SessionSummary> {
    return await this.call('getSession', { params: { id } });
  }

  #keepCookies(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}
