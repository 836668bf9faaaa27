/**
 * The list of past conversations, newest first and a page at a time. One look reads so much and no
 * more: where that is used up the page ends, though it may be short, and the next one goes on there.
 * What was read is remembered, so that a second look costs what has been written since.
 */
import type {
  Conversation,
  ConversationPage,
  ConversationQuery,
} from '@dashboard/protocol/conversations';
import { DashboardError } from '@dashboard/protocol/errors';
import { CONVERSATIONS_PER_PAGE_MAX } from '@dashboard/protocol/limits';
import {
  CONVERSATIONS_READ_BYTES_MAX,
  CONVERSATIONS_REMEMBERED_MAX,
  LOOK_COSTS_BYTES,
} from '../limits.ts';
import type { Account } from './accounts.ts';
import { DigestedFile } from './digested-file.ts';
import { matches } from './digest.ts';
import { newestFirst, transcriptsIn, type TranscriptFile } from './transcripts.ts';

export interface PastConversationsOptions {
  readonly accounts: readonly Account[];
  /** @throws DashboardError when people may not look into it; gives its path without links */
  readonly enter: (path: string) => Promise<string>;
}

type Listed = TranscriptFile & { readonly profile: string };

/** What one look is for, and which directories it has asked for already. */
interface Look {
  readonly within: string;
  readonly wanted: readonly string[];
  readonly places: Map<string, Promise<string | null>>;
}

/** A conversation without what only the table of sessions knows. */
export type Past = Omit<Conversation, 'openIn'>;
export type PastPage = Omit<ConversationPage, 'conversations'> & {
  readonly conversations: readonly Past[];
};

export class PastConversations {
  readonly #options: PastConversationsOptions;
  /** By path, the one that was looked at longest ago first. */
  readonly #files = new Map<string, DigestedFile>();
  /** One look at a time: they would read the same files. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PastConversationsOptions) {
    this.#options = options;
  }

  async list(query: ConversationQuery): Promise<PastPage> {
    const looking = this.#last.then(async () => await this.#list(query));
    this.#last = looking.catch(() => undefined);
    return await looking;
  }

  /**
   * Where a conversation of this account was begun, without links.
   * @throws DashboardError not_resumable when nothing is kept of it; directory_outside_roots …
   */
  async directoryOf(configDirectory: string, id: string): Promise<string> {
    const file = (await transcriptsIn(configDirectory)).find((each) => each.id === id);
    const directory = file === undefined ? null : (await this.#digested(file)).digest.directory;
    if (directory !== null) return await this.#options.enter(directory);
    throw new DashboardError('not_resumable', `nothing is kept of a conversation ${id}`);
  }

  async #list({ q = '', directory, after }: ConversationQuery): Promise<PastPage> {
    const look: Look = {
      within: directory === undefined ? '/' : await this.#options.enter(directory),
      wanted: q.toLowerCase().split(/\s+/).filter(Boolean),
      places: new Map(),
    };
    const conversations: Past[] = [];
    let read = 0;
    let last: Listed | undefined;
    for (const file of await this.#filesAfter(after)) {
      if (
        conversations.length >= CONVERSATIONS_PER_PAGE_MAX ||
        read >= CONVERSATIONS_READ_BYTES_MAX
      ) {
        return { conversations, next: last === undefined ? null : cursorOf(last) };
      }
      last = file;
      const { bytes, ...digested } = await this.#digested(file);
      read += bytes;
      const found = await this.#found(file, digested, look);
      if (found !== undefined) conversations.push(found);
    }
    return { conversations, next: null };
  }

  async #found(
    { id, profile, atMs }: Listed,
    { digest, isCut }: Pick<DigestedFile, 'digest' | 'isCut'>,
    { within, wanted, places }: Look,
  ): Promise<Past | undefined> {
    const { title, firstPrompt, lastPrompt, prompts, directory: begun } = digest;
    if (begun === null || prompts === 0 || !matches(digest, wanted)) return undefined;
    const directory = await this.#place(places, begun);
    if (directory === null || !isWithin(directory, within)) return undefined;
    const told = { title, firstPrompt, lastPrompt, prompts, isCut };
    return { id, profile, directory, lastAtMs: atMs, ...told };
  }

  async #filesAfter(cursor: string | undefined): Promise<readonly Listed[]> {
    const { accounts } = this.#options;
    const lists = accounts.map(async ({ configDirectory, profile }) => {
      return (await transcriptsIn(configDirectory)).map((file) => ({ ...file, profile }));
    });
    const files = (await Promise.all(lists)).flat().sort(newestFirst);
    if (cursor === undefined) return files;
    const after = placeOf(cursor);
    return files.filter((file) => newestFirst(after, file) < 0);
  }

  async #digested(
    file: TranscriptFile,
  ): Promise<Pick<DigestedFile, 'digest' | 'isCut'> & { bytes: number }> {
    const digested = this.#files.get(file.path) ?? new DigestedFile(file.path);
    this.#files.delete(file.path);
    this.#files.set(file.path, digested);
    const [oldest] = this.#files.keys();
    if (this.#files.size > CONVERSATIONS_REMEMBERED_MAX && oldest !== undefined) {
      this.#files.delete(oldest);
    }
    const bytes = await digested.look(file);
    const { digest, isCut } = digested;
    return { digest, isCut, bytes: bytes === 0 ? 0 : bytes + LOOK_COSTS_BYTES };
  }

  /** Null where people may not look, or where there is nothing any more. */
  async #place(places: Map<string, Promise<string | null>>, path: string): Promise<string | null> {
    const known = places.get(path) ?? this.#options.enter(path).catch(nobodysBusiness);
    places.set(path, known);
    return await known;
  }
}

/** @throws what is not about the directory, as when there are no descriptors left */
function nobodysBusiness(error: unknown): null {
  const isOutside =
    error instanceof DashboardError &&
    (error.code === 'directory_outside_roots' || error.code === 'directory_not_found');
  if (isOutside) return null;
  throw error;
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function cursorOf({ atMs, id }: TranscriptFile): string {
  return `${atMs}.${id}`;
}

function placeOf(cursor: string): Pick<TranscriptFile, 'atMs' | 'id'> {
  const at = cursor.indexOf('.');
  return { atMs: Number(cursor.slice(0, at)), id: cursor.slice(at + 1) };
}
