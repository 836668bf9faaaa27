/** A browser as far as a smoke test needs one: keeps cookies, says its origin, reaches a gateway past the edge. */
import { request as overHttp, type IncomingHttpHeaders } from 'node:http';
import { request as overHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { SMOKE_STEP_MS_MAX } from './limits.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Wanted {
  /** Otherwise it throws. */
  readonly status?: number;
  readonly body?: unknown;
}

export class Browser {
  /** Where connections go. */
  readonly address: string;
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  /** @param origin what people have in their address bar; the gateway behind knows no other name */
  constructor({ address, origin }: { address: string; origin: string }) {
    this.address = address;
    this.#origin = origin;
  }

  get headers(): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return { host: new URL(this.#origin).host, origin: this.#origin, cookie };
  }

  /** @throws Error with the status and the answer, when another was wanted */
  async ask(method: string, path: string, { status, body }: Wanted = {}): Promise<Answer> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.#send(method, path, sent);
    if (status !== undefined && answer.status !== status) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
    }
    return answer;
  }

  async #send(method: string, path: string, body: string | undefined): Promise<Answer> {
    const url = new URL(path, this.address);
    const start = url.protocol === 'https:' ? overHttps : overHttp;
    return await new Promise((resolve, reject) => {
      const request = start(url, {
        method,
        headers: {
          ...this.headers,
          accept: 'text/html, application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        signal: AbortSignal.timeout(SMOKE_STEP_MS_MAX),
      });
      request.on('error', reject);
      request.on('response', (response) => {
        this.#keep(response.headers['set-cookie'] ?? []);
        const { statusCode = 0, headers } = response;
        text(response).then((all) => resolve({ status: statusCode, headers, text: all }), reject);
      });
      request.end(body);
    });
  }

  #keep(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}
