/** Whoever gets alerts, as an HTTP server of this test: keeps what was sent and answers as told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { until } from '@dashboard/testkit/until';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export class Receiver {
  readonly received: Received[] = [];
  /** For what comes next. */
  status = 201;
  #port = 0;
  readonly #server = createServer((request, response) => {
    void buffer(request).then((body) => {
      this.received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(this.status).end();
    });
  });

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => {
      receiver.#server.listen(0, '127.0.0.1', resolve);
    });
    receiver.#port = (receiver.#server.address() as AddressInfo).port;
    onTestFinished(() => void receiver.#server.close());
    return receiver;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** @param count of all that has come so far @returns the newest */
  async waitFor(count: number): Promise<Received> {
    return await until(() => this.received.length >= count && this.received.at(-1), {
      what: `${count} have come`,
    });
  }
}
