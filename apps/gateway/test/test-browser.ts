/** A browser as far as the gateway can tell: a cookie jar, and the headers of a same-origin fetch. */
import type { Problem } from '@dashboard/protocol/problem';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD' | 'PUT' | 'OPTIONS';

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** As they were sent, but for the order. */
  readonly attributes: readonly string[];
}

export class TestBrowser {
  readonly cookies = new Map<string, string>();
  readonly #app: FastifyInstance;
  readonly #host: string;
  readonly #address: string;

  constructor(app: FastifyInstance, from: { host: string; address: string }) {
    this.#app = app;
    this.#host = from.host;
    this.#address = from.address;
  }

  /** The same jar, a moment earlier: for what another tab or a thief holds. */
  copy(): TestBrowser {
    const copy = new TestBrowser(this.#app, { host: this.#host, address: this.#address });
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  /** @param headers undefined leaves one out */
  async request(
    method: Method,
    url: string,
    more: { body?: unknown; headers?: Record<string, string | undefined> } = {},
  ): Promise<LightMyRequestResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers: Record<string, string | undefined> = {
      host: this.#host,
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      ...(method === 'GET' ? {} : { origin: `http://${this.#host}` }),
      ...(cookie === '' ? {} : { cookie }),
      ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more.headers,
    };
    const response = await this.#app.inject({
      method,
      url,
      remoteAddress: this.#address,
      headers: Object.fromEntries(
        Object.entries(headers).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      ),
      ...(more.body === undefined
        ? {}
        : { payload: typeof more.body === 'string' ? more.body : JSON.stringify(more.body) }),
    });
    for (const { name, value } of setCookiesOf(response)) {
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** @returns the body; fails with the problem when the status is another */
  // eslint-disable-next-line max-params -- reads as the request line that it stands for
  async expect<T>(status: number, method: Method, url: string, body?: unknown): Promise<T> {
    const response = await this.request(method, url, { body });
    expect(response.statusCode, response.body).toBe(status);
    return (response.body === '' ? undefined : response.json()) as T;
  }

  // eslint-disable-next-line max-params -- as above
  async refused(code: string, method: Method, url: string, body?: unknown): Promise<Problem> {
    const response = await this.request(method, url, { body });
    expect(response.json()).toMatchObject({ code, status: response.statusCode });
    return response.json();
  }
}

export function setCookiesOf(response: LightMyRequestResponse): SetCookie[] {
  return [response.headers['set-cookie'] ?? []].flat().map((line) => {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    return { name, value, attributes: attributes.toSorted() };
  });
}
