/**
 * Databases into files of a backup and out again: gzip, then age where somebody is named who may read
 * it. Everything flows: no database is in memory as a whole. What comes out is never longer than the
 * manifest says.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Decrypter, Encrypter } from 'age-encryption';
import type { KeptDatabase } from './manifest.ts';
import { BackupRefused, inWords } from './refused.ts';

export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Counts what flows through. */
class Gauge extends Transform {
  readonly #hash = createHash('sha256');
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax = Number.MAX_SAFE_INTEGER) {
    super();
    this.#bytesMax = bytesMax;
  }

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.#bytes += chunk.length;
    this.#hash.update(chunk);
    if (this.#bytes > this.#bytesMax)
      done(new BackupRefused('it is longer than its manifest says'));
    else done(null, chunk);
  }

  digest(): Digest {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/** @param recipients of age; none: it is not encrypted @returns digests of both sides */
export async function seal(
  from: string,
  to: string,
  recipients: readonly string[],
): Promise<{ plain: Digest; sealed: Digest }> {
  const [plain, sealed] = [new Gauge(), new Gauge()];
  const gzip = createGzip();
  const reading = pipeline(createReadStream(from), plain, gzip);
  const packed = recipients.length > 0 ? await encrypted(gzip, recipients) : gzip;
  await Promise.all([reading, pipeline(packed, sealed, privateFile(to))]);
  await synchronise(to);
  return { plain: plain.digest(), sealed: sealed.digest() };
}

/** @throws BackupRefused when the file is not what the manifest says */
export async function requireSealed(path: string, { bytes, sha256 }: KeptDatabase): Promise<void> {
  const gauge = new Gauge();
  try {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(createReadStream(path), gauge, nowhere);
  } catch (error) {
    throw new BackupRefused(`${path} cannot be read: ${inWords(error)}`);
  }
  const found = gauge.digest();
  if (found.bytes !== bytes) {
    const which = found.bytes < bytes ? 'truncated' : 'too long';
    throw new BackupRefused(`${path} is ${which}: ${found.bytes} bytes instead of ${bytes}`);
  }
  if (found.sha256 !== sha256) throw new BackupRefused(`${path} is corrupt: another SHA-256`);
}

/**
 * @param identity of age: AGE-SECRET-KEY-1…; undefined where nothing is encrypted
 * @throws BackupRefused, and what is at `to` is not to be used
 */
export async function unseal(
  from: string,
  to: string,
  { kept, identity }: { readonly kept: KeptDatabase; readonly identity: string | undefined },
): Promise<void> {
  const gauge = new Gauge(kept.plainBytes);
  try {
    const stored = createReadStream(from);
    const packed = kept.isEncrypted ? await decrypted(stored, identity) : stored;
    await pipeline(packed, createGunzip(), gauge, privateFile(to));
    await synchronise(to);
  } catch (error) {
    throw new BackupRefused(`${from} cannot be unpacked: ${inWords(error)}`);
  }
  const { bytes, sha256 } = gauge.digest();
  if (bytes === kept.plainBytes && sha256 === kept.plainSha256) return;
  throw new BackupRefused(`${from} holds another database than its manifest says`);
}

/** @returns what is wrong with a public key of age; undefined when it can be used */
export function wrongRecipient(text: string): string | undefined {
  try {
    new Encrypter().addRecipient(text);
    return undefined;
  } catch (error) {
    return inWords(error);
  }
}

async function encrypted(plain: Readable, recipients: readonly string[]): Promise<Readable> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return Readable.fromWeb(await encrypter.encrypt(Readable.toWeb(plain)));
}

async function decrypted(stored: Readable, identity: string | undefined): Promise<Readable> {
  if (identity === undefined) {
    throw new BackupRefused('it is encrypted; name the file of your age identity');
  }
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Readable.fromWeb(await decrypter.decrypt(Readable.toWeb(stored)));
}

function privateFile(path: string): NodeJS.WritableStream {
  return createWriteStream(path, { flags: 'wx', mode: 0o600 });
}

/** A directory too: what was renamed in it is there after a power cut. */
export async function synchronise(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
