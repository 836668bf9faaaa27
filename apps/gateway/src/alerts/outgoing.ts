/**
 * One POST to an address that a person or a browser chose. It reaches public addresses over https
 * only, so that nobody can have this gateway talk to what stands behind it: the name is looked up
 * once, each address it has is checked, and the connection goes to the one that was. Redirects are
 * not followed, and of the answer only the status is read. Origins of ALERT_PRIVATE_ORIGINS are exempt.
 */
import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { SEND_TIMEOUT_MS } from './limits.ts';

export interface Outgoing {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** `problem` in words when nothing was answered, or nothing was sent. */
export type Answer =
  | { readonly status: number; readonly retryAfterSeconds: number | undefined }
  | { readonly problem: string; readonly mayRetry: boolean };

export interface Reach {
  /** Exact origins that may be private and may speak plain http. */
  readonly privateOrigins: readonly string[];
}

interface Address {
  readonly address: string;
  readonly family: number;
}

/** Why nothing may be sent there, by the address alone; undefined when it may. */
export function problemOf(url: URL, { privateOrigins }: Reach): string | undefined {
  if (privateOrigins.includes(url.origin)) return undefined;
  if (url.protocol !== 'https:') return 'only https is sent to';
  if (url.username !== '' || url.password !== '') return 'a name or password in it is not sent';
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) !== 0 && !isPublic(literal) ? PRIVATE : undefined;
}

const PRIVATE = 'the address is not a public one; an operator can allow it';

export async function post(outgoing: Outgoing, reach: Reach): Promise<Answer> {
  const { url } = outgoing;
  const problem = problemOf(url, reach);
  if (problem !== undefined) return { problem, mayRetry: false };
  const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
  try {
    const addresses = await within(signal, resolve(url));
    const isAllowed = reach.privateOrigins.includes(url.origin);
    if (!isAllowed && !addresses.every(({ address }) => isPublic(address))) {
      return { problem: PRIVATE, mayRetry: false };
    }
    return await send(outgoing, { addresses, signal });
  } catch (error) {
    return { problem: inWords(error), mayRetry: true };
  }
}

/** Global unicast, and nothing that leads to an IPv4 address in disguise. */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

async function resolve({ hostname }: URL): Promise<Address[]> {
  const literal = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(literal);
  if (family !== 0) return [{ address: literal, family }];
  return await lookup(hostname, { all: true });
}

async function send(
  { url, headers, body }: Outgoing,
  { addresses, signal }: { addresses: readonly Address[]; signal: AbortSignal },
): Promise<Answer> {
  const { request } = url.protocol === 'https:' ? https : http;
  return await new Promise((answered, failed) => {
    const sent = request(url, {
      ...{ method: 'POST', headers: { ...headers, 'content-length': body.byteLength } },
      // A connection of its own, to what has been looked up above and to nothing else.
      ...{ agent: false, signal },
      lookup: (_name, { all }, found) => {
        const [first] = addresses;
        if (all === true) return found(null, [...addresses]);
        return found(null, first?.address ?? '', first?.family);
      },
    });
    sent.on('error', failed);
    sent.on('response', (response) => {
      const seconds = Number(response.headers['retry-after']);
      answered({
        status: response.statusCode ?? 0,
        retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
      });
      response.destroy();
    });
    sent.end(body);
  });
}

async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return await Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    }),
  ]);
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isLate = error.name === 'TimeoutError' || error.name === 'AbortError';
  if (isLate) return `does not answer within ${SEND_TIMEOUT_MS / 1_000} s`;
  const code = 'code' in error ? String(error.code) : error.name;
  return KNOWN[code] ?? `cannot be reached (${code})`;
}

const KNOWN: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'hung up',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};
