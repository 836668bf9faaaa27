/**
 * A bucket that takes nothing it cannot verify: signature version 4 computed anew from what arrived,
 * the digest of the body, and the time. Written from the specification, not from the client.
 */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const;

const SKEW_MS_MAX = 15 * 60_000;
const PAGE_KEYS_MAX = 2;

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** Lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** @returns the signature that `headers.authorization` should carry for these signed headers */
export function signatureOf(
  request: SignedRequest,
  scope: string,
  signed: readonly string[],
): string {
  const { method, target, headers } = request;
  const [path = '', query = ''] = target.split('?');
  const canonicalQuery = query
    .split('&')
    .filter(Boolean)
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .toSorted()
    .join('&');
  const lines = signed.map((name) => `${name}:${(headers[name] ?? '').trim()}\n`).join('');
  const canonical = [
    ...[method, path, canonicalQuery, lines, signed.join(';')],
    headers['x-amz-content-sha256'],
  ].join('\n');
  const [date = '', region = '', service = '', end = ''] = scope.split('/');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [date, region, service, end].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${CREDENTIALS.secretAccessKey}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

export interface StandIn {
  readonly endpoint: string;
  /** By bucket and key. */
  readonly objects: Map<string, Buffer>;
  /** The next requests are answered with this status, whatever they are. */
  readonly failing: number[];
  readonly seen: string[];
}

/** @param nowMs what the stand-in takes for the time */
export async function startStandIn(nowMs: () => number): Promise<StandIn> {
  const objects = new Map<string, Buffer>();
  const failing: number[] = [];
  const seen: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const status = failing.shift();
    if (status !== undefined) return void response.writeHead(status).end();
    const refused = refusalOf(request, body, nowMs());
    if (refused !== undefined) {
      const xml = `<Error><Code>${refused}</Code><Message>…</Message></Error>`;
      return void response.writeHead(403).end(xml);
    }
    const url = new URL(request.url ?? '/', 'http://s3');
    const key = url.pathname.slice(1);
    if (request.method === 'PUT') {
      objects.set(key, body);
      return void response.end();
    }
    if (url.searchParams.get('list-type') === '2') return void response.end(listed(objects, url));
    const found = objects.get(key);
    if (found !== undefined) return void response.end(found);
    response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, objects, failing, seen };
}

function refusalOf(request: IncomingMessage, body: Buffer, nowMs: number): string | undefined {
  const headers = headersOf(request);
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const { authorization = '' } = request.headers;
  const [, id, scope = '', names = '', signature] = pattern.exec(authorization) ?? [];
  if (id !== CREDENTIALS.accessKeyId) return 'InvalidAccessKeyId';
  const signed = names.split(';');
  const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (needed.some((name) => !signed.includes(name))) return 'AccessDenied';
  const asked = { method: String(request.method), target: String(request.url), headers };
  if (signatureOf(asked, scope, signed) !== signature) {
    return 'SignatureDoesNotMatch';
  }
  if (headers['x-amz-content-sha256'] !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const isNow = Math.abs(timeOf(headers['x-amz-date'] ?? '') - nowMs) <= SKEW_MS_MAX;
  return isNow ? undefined : 'RequestTimeTooSkewed';
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** 20130524T000000Z, in milliseconds since the epoch. */
function timeOf(text: string): number {
  const pattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
  return Date.parse(text.replace(pattern, '$1-$2-$3T$4:$5:$6Z'));
}

/** Pages are short, so that whoever lists has to ask again. */
function listed(objects: ReadonlyMap<string, Buffer>, url: URL): string {
  const bucket = url.pathname.slice(1).split('/')[0] ?? '';
  const start = `${bucket}/${url.searchParams.get('prefix') ?? ''}`;
  const keys = [...objects.keys()].filter((key) => key.startsWith(start));
  const folders = [...new Set(keys.map((key) => key.slice(start.length).split('/')[0] ?? ''))];
  const from = Number(url.searchParams.get('continuation-token') ?? 0);
  const page = folders.toSorted().slice(from, from + PAGE_KEYS_MAX);
  const prefix = url.searchParams.get('prefix') ?? '';
  const next = from + PAGE_KEYS_MAX;
  return [
    '<?xml version="1.0"?><ListBucketResult>',
    `<Prefix>${prefix}</Prefix>`,
    ...page.map((name) => `<CommonPrefixes><Prefix>${prefix}${name}/</Prefix></CommonPrefixes>`),
    next < folders.length ? `<NextContinuationToken>${next}</NextContinuationToken>` : '',
    '</ListBucketResult>',
  ].join('');
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
