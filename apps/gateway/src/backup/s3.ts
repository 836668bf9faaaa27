/**
 * The little of S3 that backups need: put a file, get one, list. Every request is signed (SigV4) over
 * the digest of what it carries, so that nothing else can be stored under its name.
 */
import { createHash } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '@dashboard/runtime/clock';
import { AwsV4Signer } from 'aws4fetch';
import {
  OBJECT_BYTES_MAX,
  S3_REPLY_BYTES_MAX,
  S3_RETRY_MS,
  S3_TIMEOUT_MS,
  S3_TRIES_MAX,
} from './limits.ts';
import { BackupRefused, inWords } from './refused.ts';

export interface S3Options {
  /** Of the service, without the bucket: https://s3.eu-central-1.amazonaws.com */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly clock: Clock;
}

interface Wish {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly blob: Blob; readonly sha256: string };
}

const EMPTY_SHA256 = createHash('sha256').digest('hex');
/** Others may be better in a moment; a wrong key or a missing bucket will not. */
const MAY_PASS = (status: number): boolean => status >= 500 || status === 429;

export class S3 {
  readonly #options: S3Options;

  constructor(options: S3Options) {
    this.#options = options;
  }

  /** @throws BackupRefused */
  async put(key: string, path: string, sha256: string): Promise<void> {
    const blob = await openAsBlob(path);
    if (blob.size > OBJECT_BYTES_MAX) {
      throw new BackupRefused(
        `${path} has ${blob.size} bytes, S3 takes ${OBJECT_BYTES_MAX} at once`,
      );
    }
    const response = await this.#ask({ method: 'PUT', key, body: { blob, sha256 } });
    await response.body?.cancel();
  }

  /** What arrived is for the caller to judge. @throws BackupRefused */
  async get(key: string, to: string): Promise<void> {
    const { body } = await this.#ask({ method: 'GET', key });
    if (body === null) throw new BackupRefused(`${key} is empty`);
    const from = Readable.fromWeb(body);
    await pipeline(from, createWriteStream(to, { flags: 'wx', mode: 0o600 }));
  }

  /** @returns what comes between `prefix` and the next slash, of every key; at most `max` */
  async folders(prefix: string, max: number): Promise<string[]> {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page: Record<string, string> = {
        ...{ 'list-type': '2', delimiter: '/', prefix },
        ...(token === undefined ? {} : { 'continuation-token': token }),
      };
      const xml = await shortText(await this.#ask({ method: 'GET', key: '', query: page }));
      const prefixes = xml.matchAll(/<CommonPrefixes>\s*<Prefix>([^<]*)<\/Prefix>/g);
      for (const [, each = ''] of prefixes) found.push(each.slice(prefix.length, -1));
      token = /<NextContinuationToken>([^<]*)</.exec(xml)?.[1];
    } while (token !== undefined && found.length < max);
    return found.slice(0, max);
  }

  async #ask(wish: Wish): Promise<Response> {
    const { clock } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(wish).catch((error: unknown) => inWords(causeOf(error)));
      if (typeof outcome !== 'string' && outcome.ok) return outcome;
      const isFinal = typeof outcome !== 'string' && !MAY_PASS(outcome.status);
      if (isFinal || attempt >= S3_TRIES_MAX) {
        const why = typeof outcome === 'string' ? outcome : await refusalIn(outcome);
        throw new BackupRefused(`S3 does not ${wish.method} ${wish.key || 'a list'}: ${why}`);
      }
      if (typeof outcome !== 'string') await outcome.body?.cancel();
      const delayMs = S3_RETRY_MS * 2 ** (attempt - 1);
      await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
    }
  }

  async #try({ method, key, query = {}, body }: Wish): Promise<Response> {
    const { endpoint, bucket, region, accessKeyId, secretAccessKey, clock } = this.#options;
    const url = new URL(`${endpoint.replace(/\/$/, '')}/${bucket}/${key}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signer = new AwsV4Signer({
      ...{ method, url: url.href, accessKeyId, secretAccessKey, region, service: 's3' },
      headers: { 'x-amz-content-sha256': body?.sha256 ?? EMPTY_SHA256 },
      datetime: new Date(clock.nowMs()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    });
    const signed = await signer.sign();
    return await fetch(signed.url, {
      method,
      headers: signed.headers,
      // A redirect would carry the signature to another host.
      redirect: 'manual',
      signal: AbortSignal.timeout(S3_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: body.blob }),
    });
  }
}

/** fetch says "fetch failed", and why in its cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

/** `<Code>SignatureDoesNotMatch</Code>`; what else stands there may quote what we sent. */
async function refusalIn(response: Response): Promise<string> {
  const code = /<Code>(\w{1,64})<\/Code>/.exec(await shortText(response))?.[1];
  return code === undefined ? `status ${response.status}` : `status ${response.status}, ${code}`;
}

async function shortText(response: Response): Promise<string> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
    bytes += read.value.length;
    if (bytes > S3_REPLY_BYTES_MAX) throw new BackupRefused('S3 says more than can be meant');
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}
