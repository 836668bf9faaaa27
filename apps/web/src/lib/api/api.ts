/**
 * Calls to the gateway, typed by the REST table: a reply is checked against its schema, a problem
 * becomes a DashboardError, and a login that has grown old is refreshed once before anybody hears of it.
 * Knows nothing of pages: who is told that the login is over is handed in.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import { fromProblem } from '@dashboard/protocol/problem';
import {
  IDEMPOTENCY_HEADER,
  REST,
  type BodyOf,
  type Endpoint,
  type EndpointName,
  type ReplyOf,
} from '@dashboard/protocol/rest';
import { Value } from 'typebox/value';

/** Longer than the gateway waits for a worker, so that its own answer comes first. */
const API_TIMEOUT_MS = 15_000;
/** A file may take as long as the gateway reads it. */
const FILE_TIMEOUT_MS = 70_000;

/** Tabs share the cookies: a refresh token used by two at once would look stolen. */
const REFRESH_LOCK = 'dashboard-refresh';

export interface CallOptions<N extends EndpointName> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: BodyOf<N>;
  /** Where the body is no JSON. */
  readonly file?: Blob;
  /** The same key on a second try makes one thing, not two. */
  readonly idempotencyKey?: string;
}

export interface ApiOptions {
  readonly fetch: typeof fetch;
  /** Runs `task` while no other tab does; without locks (plain http) it simply runs. */
  readonly alone?: (name: string, task: () => Promise<boolean>) => Promise<boolean>;
}

export class Api {
  /** Told when a refresh did not help: somebody has to log in. */
  onLoginOver: () => void = () => undefined;

  /** Asks the person to show who they are; the call is then made again. @returns whether they did */
  onProofNeeded: () => Promise<boolean> = () => Promise.resolve(false);

  readonly #fetch: typeof fetch;
  readonly #alone: NonNullable<ApiOptions['alone']>;
  #refreshing: Promise<boolean> | undefined;

  constructor(options: ApiOptions) {
    this.#fetch = options.fetch;
    this.#alone = options.alone ?? ((_name, task) => task());
  }

  /** @throws DashboardError */
  async call<N extends EndpointName>(name: N, options: CallOptions<N> = {}): Promise<ReplyOf<N>> {
    const endpoint: Endpoint = REST[name];
    let response = await this.#request(endpoint, options);
    if (response.status === 401 && endpoint.access !== 'public') {
      if (await this.refresh()) response = await this.#request(endpoint, options);
      if (response.status === 401) this.onLoginOver();
    }
    let body = await readJson(response);
    if (asksForProof(body, response) && (await this.onProofNeeded())) {
      response = await this.#request(endpoint, options);
      body = await readJson(response);
    }
    if (!response.ok) throw fromProblem(body, response.status);
    return parseReply<N>(name, body);
  }

  /** Exchanges the refresh cookie. @returns whether the login goes on */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#alone(REFRESH_LOCK, async () => {
      const response = await this.#request(REST.refresh, {});
      return response.ok;
    }).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #request(endpoint: Endpoint, options: CallOptions<EndpointName>): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    if (options.file !== undefined) headers['content-type'] = endpoint.media ?? '';
    if (options.idempotencyKey) headers[IDEMPOTENCY_HEADER] = options.idempotencyKey;
    try {
      return await this.#fetch(addressOf(endpoint, options), {
        method: endpoint.method,
        headers,
        signal: AbortSignal.timeout(options.file === undefined ? API_TIMEOUT_MS : FILE_TIMEOUT_MS),
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        ...(options.file === undefined ? {} : { body: options.file }),
      });
    } catch (cause) {
      throw new DashboardError('deadline_exceeded', 'The dashboard does not answer.', { cause });
    }
  }
}

function asksForProof(body: unknown, { ok, status }: Response): boolean {
  return !ok && fromProblem(body, status).code === 'proof_needed';
}

function addressOf(endpoint: Endpoint, options: CallOptions<EndpointName>): string {
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_all, name: string) =>
    encodeURIComponent(options.params?.[name] ?? ''),
  );
  const query = new URLSearchParams(options.query).toString();
  return query === '' ? path : `${path}?${query}`;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseReply<N extends EndpointName>(name: N, body: unknown): ReplyOf<N> {
  const { reply }: Endpoint = REST[name];
  if (reply === undefined ? body === undefined : Value.Check(reply, body)) {
    // Checked against this endpoint's own schema, which the compiler cannot follow through the name.
    return body as ReplyOf<N>;
  }
  throw new DashboardError('unsupported_version', `The answer to ${name} is not understood.`);
}
