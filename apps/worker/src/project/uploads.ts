/**
 * Files that people give to the agents of sessions: a private directory for each session, outside all
 * projects, removed with the session. A name is made here and needs no quotes; nothing is overwritten.
 */
import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import { UPLOAD_BYTES_MAX } from '@dashboard/protocol/limits';
import type { Uploaded } from '@dashboard/protocol/prompts';
import {
  UPLOAD_MADE_NAME_CHARS_MAX,
  UPLOADS_BYTES_MAX,
  UPLOADS_OPEN_MAX,
  UPLOADS_PER_SESSION_MAX,
} from '../limits.ts';

/** One file that is being received. Ends with finish() or abort(), whatever happens. */
export interface Upload {
  /** @throws DashboardError too_large, storage_failed */
  write(bytes: Uint8Array): Promise<void>;
  /** @throws DashboardError storage_failed */
  finish(): Promise<Uploaded>;
  abort(): Promise<void>;
}

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export class Uploads {
  readonly #directory: string;
  #open = 0;

  /** @param directory absolute; of all sessions */
  constructor(directory: string) {
    this.#directory = directory;
  }

  directoryOf(session: SessionId): string {
    return join(this.#directory, session);
  }

  /** @throws DashboardError too_many_uploads, rate_limited, storage_failed */
  async begin(session: SessionId, name: string): Promise<Upload> {
    if (this.#open >= UPLOADS_OPEN_MAX) {
      throw new DashboardError('rate_limited', `${UPLOADS_OPEN_MAX} files are being sent already`);
    }
    this.#open++;
    try {
      await inDisk(async () => {
        await mkdir(this.directoryOf(session), { recursive: true, mode: 0o700 });
      });
      const room = await this.#roomIn(session);
      const { file, path } = await inDisk(async () => await this.#create(session, madeName(name)));
      return new Receiving({ file, path, name, room, closed: () => this.#open-- });
    } catch (error) {
      this.#open--;
      throw error;
    }
  }

  async forget(session: SessionId): Promise<void> {
    await rm(this.directoryOf(session), { recursive: true, force: true });
  }

  /** Removes what a worker that went away had no time to remove. */
  async forgetAllBut(sessions: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    const gone = names.filter((name) => !sessions.has(name));
    for (const name of gone) {
      await rm(join(this.#directory, name), { recursive: true, force: true });
    }
  }

  /** @returns bytes that the session may still send. @throws DashboardError too_many_uploads */
  async #roomIn(session: SessionId): Promise<number> {
    const directory = this.directoryOf(session);
    const names = await inDisk(async () => await readdir(directory));
    if (names.length >= UPLOADS_PER_SESSION_MAX) {
      throw new DashboardError(
        'too_many_uploads',
        `this session was given ${UPLOADS_PER_SESSION_MAX} files already`,
      );
    }
    const sizes = await Promise.all(
      names.map(async (name) => (await stat(join(directory, name)).catch(() => undefined))?.size),
    );
    const used = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    if (used < UPLOADS_BYTES_MAX) return UPLOADS_BYTES_MAX - used;
    throw new DashboardError('too_many_uploads', 'the files of this session take up their room');
  }

  async #create(session: SessionId, name: string): Promise<{ file: FileHandle; path: string }> {
    for (let number = 1; number <= UPLOADS_PER_SESSION_MAX + 1; number++) {
      const path = join(this.directoryOf(session), number === 1 ? name : numbered(name, number));
      const file = await open(path, NEW, 0o600).catch((error: unknown) => {
        if (codeOf(error) === 'EEXIST') return undefined;
        throw error;
      });
      if (file !== undefined) return { file, path };
    }
    throw new DashboardError('too_many_uploads', 'every name for this file is taken');
  }
}

interface ReceivingOptions {
  readonly file: FileHandle;
  readonly path: string;
  readonly name: string;
  /** Bytes that may come. */
  readonly room: number;
  readonly closed: () => void;
}

class Receiving implements Upload {
  readonly #options: ReceivingOptions;
  #bytes = 0;
  #isClosed = false;

  constructor(options: ReceivingOptions) {
    this.#options = options;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { file, room } = this.#options;
    this.#bytes += bytes.length;
    if (this.#bytes > UPLOAD_BYTES_MAX) {
      throw new DashboardError('too_large', `a file has at most ${UPLOAD_BYTES_MAX} bytes`);
    }
    if (this.#bytes > room) {
      throw new DashboardError('too_many_uploads', 'the files of this session take up their room');
    }
    await inDisk(async () => await file.writeFile(bytes)); // goes on where the last one ended
  }

  async finish(): Promise<Uploaded> {
    await this.#close();
    const { path, name } = this.#options;
    return { path, name, bytes: this.#bytes };
  }

  async abort(): Promise<void> {
    if (this.#isClosed) return;
    await this.#close().catch(() => undefined);
    await rm(this.#options.path, { force: true });
  }

  async #close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.closed();
    await inDisk(async () => await this.#options.file.close());
  }
}

/** Letters, digits, dots, dashes and underscores: no shell, prompt or list reads anything else in it. */
function madeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .replaceAll(/-(?=\.)/g, '');
  if (plain === '') return 'file';
  const { stem, ending } = parted(plain);
  return stem.slice(0, UPLOAD_MADE_NAME_CHARS_MAX - ending.length) + ending;
}

function numbered(name: string, number: number): string {
  const { stem, ending } = parted(name);
  return `${stem}-${number}${ending}`;
}

function parted(name: string): { stem: string; ending: string } {
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  return { stem: name.slice(0, name.length - ending.length), ending };
}

/** @throws DashboardError storage_failed */
async function inDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DashboardError || codeOf(cause) === undefined) throw cause;
    throw new DashboardError('storage_failed', `a file cannot be kept: ${codeOf(cause)}`, {
      cause,
    });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
