/** Under which names the dashboard is reached: what Host and Origin may say, and how cookies follow. */
import type { GatewayConfig } from '../config.ts';

export interface Places {
  /** Exact values of the Host header, lower case. */
  readonly hosts: ReadonlySet<string>;
  /** Exact values of the Origin header. */
  readonly origins: ReadonlySet<string>;
  /** Where a person opens it; printed at start. */
  readonly url: string;
}

const HTTP_PORT = 80;

/** @param port the one that is listened on, which for PORT=0 only the system knows */
export function placesOf(
  config: Pick<GatewayConfig, 'host' | 'allowedHosts' | 'allowedOrigins'>,
  port: number,
): Places {
  const hosts = config.allowedHosts ?? ownNames(config.host).map((name) => withPort(name, port));
  const origins = config.allowedOrigins ?? hosts.map((host) => `http://${host}`);
  return { hosts: new Set(hosts), origins: new Set(origins), url: origins[0] ?? '' };
}

/** 0.0.0.0 and :: are no address a browser could open, so they are not the first. */
function ownNames(host: string): string[] {
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  const own = host.includes(':') ? `[${host.toLowerCase()}]` : host.toLowerCase();
  const isAny = own === '0.0.0.0' || own === '[::]';
  return [...new Set(isAny ? [...loopback, own] : [own, ...loopback])];
}

/** Browsers leave the port of the scheme out. */
function withPort(name: string, port: number): string {
  return port === HTTP_PORT ? name : `${name}:${port}`;
}

/** @param host a name or address, with or without a port, IPv6 in brackets */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\]|::1)(:[0-9]+)?$/;

/**
 * Whether the browser at this host speaks plain HTTP and is on this machine: then cookies cannot be
 * Secure, since not every browser takes such a cookie from http://localhost. Everywhere else they are.
 */
export function isPlainLoopback(places: Places, host: string): boolean {
  return isLoopback(host) && !places.origins.has(`https://${host}`);
}
