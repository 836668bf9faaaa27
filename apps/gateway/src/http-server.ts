/** The listening socket as a part of the program: the server is built, listens, and is closed. */
import type { AddressInfo } from 'node:net';
import { invariant } from '@dashboard/protocol/invariant';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { FastifyInstance } from 'fastify';
import { FIRST_WORDS_MS, LAST_ANSWERS_MS } from './limits.ts';

export interface HttpServerOptions {
  readonly host: string;
  readonly clock: Clock;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly build: () => Promise<FastifyInstance>;
  /** Told the port before the first request is answered. */
  readonly onListening: (port: number) => void;
}

export class HttpServer implements Part {
  readonly name = 'http';
  readonly #options: HttpServerOptions;
  #app: FastifyInstance | undefined;

  constructor(options: HttpServerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { host, port, build, onListening } = this.#options;
    this.#app = await build();
    try {
      await this.#app.listen({ host, port });
    } catch (error) {
      await this.#app.close(); // a failed start is not stopped by anybody else
      throw error;
    }
    const address = this.#app.server.address();
    invariant(isTcp(address), 'nobody would know where we listen');
    onListening(address.port);
  }

  /** Requests under way are answered first, as far as that is possible. */
  async stop(): Promise<void> {
    const app = this.#app;
    if (app === undefined) return;
    const { server } = app;
    const closeIdle = server.closeIdleConnections.bind(server);
    // Node would cut those at once whose request has not been read yet: they are idle too.
    server.closeIdleConnections = () => undefined;
    const { clock } = this.#options;
    const cancels = [
      clock.after(FIRST_WORDS_MS, closeIdle),
      clock.after(LAST_ANSWERS_MS, () => server.closeAllConnections()),
    ];
    await app.close();
    for (const cancel of cancels) cancel();
  }
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
