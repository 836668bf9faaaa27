/**
 * Where people come in: under which names, and what the operator is told of it. `npm start` and the
 * tests wait for the two lines with an event, "listening" and "setup".
 */
import type { Logger } from '@dashboard/runtime/logger';
import type { GatewayConfig } from './config.ts';
import { isLoopback, placesOf, type Places } from './plugins/places.ts';

export class Entrance {
  readonly #config: GatewayConfig;
  readonly #logger: Logger;
  #places: Places;

  constructor(config: GatewayConfig, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    this.#places = placesOf(config, config.port);
  }

  get places(): Places {
    return this.#places;
  }

  /** @param port the real one, where the system was to choose it */
  opened(port: number): void {
    const { host } = this.#config;
    this.#places = placesOf(this.#config, port);
    const { url, origins } = this.#places;
    this.#logger.info({ event: 'listening', url }, `listening on ${host}:${port}`);
    const hasTls = [...origins].some((origin) => origin.startsWith('https://'));
    // In a container the address is everybody's and the port is published to this machine alone.
    const isForThisMachine = [...origins].every((origin) => isLoopback(new URL(origin).host));
    if (hasTls || isForThisMachine) return;
    // Cookies are Secure beyond this machine: nothing worse happens than that nobody gets in.
    this.#logger.warn(
      { hint: 'put a proxy with TLS in front and set ALLOWED_HOSTS and ALLOWED_ORIGINS' },
      `browsers cannot log in over plain http at ${host}`,
    );
  }

  /** The token is in the fragment, which no browser sends and no proxy logs. */
  announceSetup(token: string): void {
    const url = `${this.#places.url}/setup#token=${token}`;
    this.#logger.info({ event: 'setup', url }, 'nobody can log in yet: open this link');
  }
}
