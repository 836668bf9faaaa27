/**
 * The files that tie a session's Claude Code to this worker, in the directory of sockets and for this
 * account alone: two forwarders for all, and for each session its settings and its token.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Environment } from '@dashboard/runtime/config';
import type { Part } from '@dashboard/runtime/lifecycle';
import { findOnPath } from '../find-program.ts';
import {
  HEADERS_FILE,
  hookForwarder,
  hookForwarderPath,
  OWN_STATUS_LINE_FILE,
  statusLineForwarder,
  statusLineForwarderPath,
} from './forwarders.ts';
import { hookSettings } from './hook-settings.ts';
import type { OwnStatusLine } from './own-status-line.ts';

export interface SessionFilesOptions {
  readonly runtimeDirectory: string;
  /** On which hooks arrive. */
  readonly socketPath: string;
  /** Of the worker; tokens are made of it, so that they outlive a worker without being kept. */
  readonly key: Uint8Array;
  readonly environment: Environment;
  /** Where people lay files for the agent of a session. */
  readonly uploadsOf: (session: SessionId) => string;
}

const SETTINGS_FILE = 'settings.json';
const POST_PROGRAM = join(import.meta.dirname, 'post-without-curl.ts');

export class SessionFiles implements Part {
  readonly name = 'files of agents';
  readonly #options: SessionFilesOptions;
  readonly #directory: string;
  /** Of each session, what is being done to its files. */
  readonly #turns = new Map<SessionId, Promise<void>>();

  constructor(options: SessionFilesOptions) {
    this.#options = options;
    this.#directory = join(options.runtimeDirectory, 'agents');
  }

  async start(): Promise<void> {
    const { environment, socketPath } = this.#options;
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const places = {
      directory: this.#directory,
      socketPath,
      curl: await findOnPath('curl', environment),
      node: process.execPath,
      postProgram: POST_PROGRAM,
    };
    await replace(hookForwarderPath(this.#directory), hookForwarder(places), 0o700);
    await replace(statusLineForwarderPath(this.#directory), statusLineForwarder(places), 0o700);
  }

  async stop(): Promise<void> {
    // Agents go on, and their forwarders find nobody until the next worker.
  }

  /** Where the settings of a session are, or will be. */
  settingsPath(session: SessionId): string {
    return join(this.#sessionDirectory(session), SETTINGS_FILE);
  }

  /** Before a launch. */
  async write(session: SessionId, ownStatusLine: OwnStatusLine | undefined): Promise<void> {
    await this.#inTurn(session, async () => await this.#write(session, ownStatusLine));
  }

  async #write(session: SessionId, ownStatusLine: OwnStatusLine | undefined): Promise<void> {
    const sessionDirectory = this.#sessionDirectory(session);
    await mkdir(sessionDirectory, { recursive: true, mode: 0o700 });
    const uploads = this.#options.uploadsOf(session);
    const places = { directory: this.#directory, sessionDirectory, uploads };
    const settings = hookSettings({ ...places, ownStatusLine });
    await replace(this.settingsPath(session), `${JSON.stringify(settings, null, 2)}\n`, 0o600);
    const own = ownStatusLine?.command ?? '';
    await replace(join(sessionDirectory, OWN_STATUS_LINE_FILE), own, 0o600);
    await this.#writeToken(session);
  }

  /** Of a session that an earlier worker began, perhaps with another key. */
  async renewToken(session: SessionId): Promise<void> {
    await this.#inTurn(session, async () => await this.#writeToken(session));
  }

  async #writeToken(session: SessionId): Promise<void> {
    const headers = `Authorization: Bearer ${this.#token(session)}\nContent-Type: application/json\n`;
    await replace(join(this.#sessionDirectory(session), HEADERS_FILE), headers, 0o600);
  }

  async remove(session: SessionId): Promise<void> {
    const gone = { recursive: true, force: true };
    await this.#inTurn(session, async () => await rm(this.#sessionDirectory(session), gone));
  }

  /** One after the other: a session that is resumed right after its end is written while it is removed. */
  async #inTurn(session: SessionId, work: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(session) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(session, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(session) === turn) this.#turns.delete(session);
    }
  }

  isTokenOf(session: SessionId, token: string): boolean {
    const expected = Buffer.from(this.#token(session));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #token(session: SessionId): string {
    const text = `dashboard hook token\n${session}`;
    return createHmac('sha256', this.#options.key).update(text).digest('base64url');
  }

  #sessionDirectory(session: SessionId): string {
    return join(this.#directory, session);
  }
}

/** In one step: an agent may read it at any time. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  await writeFile(fresh, text, { mode, flag: 'wx' });
  await rename(fresh, path);
}
