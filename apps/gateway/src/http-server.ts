/** The listening socket as a part of the program: the server is built, listens, and is closed. */
import type { AddressInfo } from 'node:net';
import { invariant } from '@dashboard/protocol/invariant';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { FastifyInstance } from 'fastify';

export interface HttpServerOptions {
  readonly host: string;
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

  /** Idle connections are closed, requests under way are answered first. */
  async stop(): Promise<void> {
    await this.#app?.close();
  }
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
