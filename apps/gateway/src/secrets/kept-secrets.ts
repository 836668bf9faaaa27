/**
 * Keeps files equal to a store. What cannot be had changes nothing: at the start it is an error, later the
 * files stay as they are and it is said once. Never is there a default in their place.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { fetchFromAws } from './aws.ts';
import type { SecretsConfig } from './config.ts';
import { SecretsUnreachable, type SecretsDocument } from './document.ts';
import { ASK_RETRY_MS, ASK_TRIES_MAX } from './limits.ts';
import { fetchFromVault } from './vault.ts';

/** As ops/secrets/generate.sh makes them: a directory for each who may read it. */
const FILES: Readonly<Record<keyof SecretsDocument, readonly string[]>> = {
  'jwt.keys': ['gateway/jwt.keys'],
  'metrics.token': ['gateway/metrics.token', 'observability/metrics.token'],
  'worker.key': ['gateway/worker.key', 'worker/worker.key'],
};
/** Read anew by whoever uses it; the others are read at a start. */
const PICKED_UP: readonly string[] = ['gateway/jwt.keys'];
const FILE_MODE = 0o440;
const DIRECTORY_MODE = 0o750;

export interface KeptSecretsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

export class KeptSecrets implements Part {
  readonly name = 'secrets';
  readonly #config: SecretsConfig;
  readonly #deps: KeptSecretsDeps;
  #stop: (() => void) | undefined;
  #isAway = false;
  #isAsking = false;

  constructor(config: SecretsConfig, deps: KeptSecretsDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** @throws SecretsUnreachable when the store does not give them, after a few tries */
  async start(): Promise<void> {
    await this.once();
    this.#stop = this.#deps.clock.every(this.#config.everyMs, () => void this.#again());
  }

  async stop(): Promise<void> {
    this.#stop?.();
  }

  /** @returns the files that changed @throws SecretsUnreachable */
  async once(): Promise<readonly string[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#keep(await this.#fetch());
      } catch (error) {
        const isFinal = !(error instanceof SecretsUnreachable) || !error.mayPass;
        if (isFinal || attempt >= ASK_TRIES_MAX) throw error;
        const delayMs = ASK_RETRY_MS * 2 ** (attempt - 1);
        await new Promise<void>((resolve) => void this.#deps.clock.after(delayMs, resolve));
      }
    }
  }

  async #again(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const { logger } = this.#deps;
    try {
      await this.#keep(await this.#fetch());
      if (this.#isAway) logger.info({ event: 'secrets_reached' }, 'the store of secrets is back');
      this.#isAway = false;
    } catch (err) {
      const line = 'the store of secrets does not give them; the files stay as they are';
      if (!this.#isAway) logger.error({ err, event: 'secrets_unreachable' }, line);
      this.#isAway = true;
    } finally {
      this.#isAsking = false;
    }
  }

  async #fetch(): Promise<SecretsDocument> {
    const { provider } = this.#config;
    return await (provider.kind === 'vault'
      ? fetchFromVault(provider)
      : fetchFromAws(provider, this.#deps.clock));
  }

  async #keep(secrets: SecretsDocument): Promise<readonly string[]> {
    const changed: string[] = [];
    for (const [field, files] of Object.entries(FILES)) {
      const text = `${secrets[field as keyof SecretsDocument].trimEnd()}\n`;
      for (const file of files) if (await this.#write(file, text)) changed.push(file);
    }
    if (changed.length > 0) {
      const atStart = changed.filter((file) => !PICKED_UP.includes(file));
      const line = 'secrets written; those of atNextStart are read when a daemon starts';
      this.#deps.logger.info({ event: 'secrets_written', changed, atNextStart: atStart }, line);
    }
    return changed;
  }

  /** Whole or not at all. @returns whether it was another */
  async #write(file: string, text: string): Promise<boolean> {
    const path = join(this.#config.directory, file);
    const held = await readFile(path, 'utf8').catch(() => undefined);
    if (held === text) return false;
    await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    const next = `${path}.${process.pid}.new`;
    await writeFile(next, text, { mode: FILE_MODE, flag: 'wx' });
    await rename(next, path);
    return true;
  }
}
