/**
 * Keeps a keyring equal to its file. Looks at the time of its last change instead of watching:
 * mounted secrets are changed by swapping a link, of which watchers hear nothing.
 */
import { stat } from 'node:fs/promises';
import type { Clock } from '@dashboard/runtime/clock';
import { ConfigurationError, readSecretFile } from '@dashboard/runtime/config';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { KEYRING_POLL_MS } from '../limits.ts';
import { madeAtMs } from './key-rotation.ts';
import type { Keyring } from './keyring.ts';
import { parseMasterKeys } from './master-keys.ts';

const SOURCE = 'JWT_SECRET_FILE';

export interface KeyringFileOptions {
  readonly path: string;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class KeyringFile implements Part {
  readonly name = 'keyring';
  readonly #options: KeyringFileOptions;
  #stopPolling: (() => void) | undefined;
  #version: string | undefined;

  constructor(options: KeyringFileOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#version = await this.#readVersion();
    this.#stopPolling = this.#options.clock.every(KEYRING_POLL_MS, () => void this.#poll());
  }

  async stop(): Promise<void> {
    this.#stopPolling?.();
  }

  /**
   * When the key that signs was made: its id says so where it is `k` and milliseconds, as the command
   * in docs/OPERATIONS.md makes it; otherwise the file changed last when it was put in.
   * @returns milliseconds since the epoch; undefined while the file is away
   */
  async madeAtMs(): Promise<number | undefined> {
    const stampedMs = madeAtMs(this.#options.keyring.kids[0] ?? '');
    if (stampedMs !== undefined) return stampedMs;
    return (await stat(this.#options.path).catch(() => undefined))?.mtimeMs;
  }

  /** A file that cannot be used changes nothing: a slip must not log everybody out. */
  reload(): void {
    const { path, keyring, logger } = this.#options;
    try {
      const keys = parseMasterKeys(readSecretFile(path, SOURCE).toString('utf8'), SOURCE);
      keyring.replace(keys);
      logger.info({ event: 'keys_loaded', kids: keyring.kids }, 'signing keys loaded');
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      logger.error(
        { problems: error.problems, hint: 'mend the file; the keys of before stay in use' },
        'signing keys not loaded',
      );
    }
  }

  async #poll(): Promise<void> {
    const version = await this.#readVersion();
    if (version === this.#version) return;
    this.#version = version;
    this.reload();
  }

  /** Changes with the content; undefined while the file is away, as in the middle of a swap. */
  async #readVersion(): Promise<string | undefined> {
    try {
      const { mtimeMs, ino, size } = await stat(this.#options.path);
      return `${mtimeMs} ${ino} ${size}`;
    } catch {
      return undefined;
    }
  }
}
