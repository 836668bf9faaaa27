/**
 * Tells the book of usage what each Claude Code uses: reads its transcripts while signals tell that
 * something is written there, and once more to the end when the program is over. What a worker did
 * not see, the next one reads on from where the book says that it was counted.
 */
import type { AgentStatus } from '@dashboard/protocol/agents';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import {
  USAGE_SWEEP_MS,
  type Conversation,
  type LastFacts,
  type UsageBook,
} from '../usage/index.ts';
import { statusLineUsage } from './claude/status-line.ts';
import { UsageFiles } from './claude/usage-files.ts';
import { modelName } from './claude/usage-lines.ts';
import { CONVERSATIONS_READ_MAX, USAGE_AFTER_SIGNAL_MS } from './limits.ts';
import type { Signal } from './state/index.ts';

export interface UsageReaderOptions {
  readonly book: UsageBook;
  readonly clock: Clock;
  readonly failed: (session: SessionId, what: string, error: unknown) => void;
}

/** A session whose agent is a Claude Code. */
export interface ReadSession {
  readonly session: SessionId;
  readonly profile: string;
  readonly project: string;
  readonly configDirectory: string;
  /** When the session was made. */
  readonly sinceMs: number;
}

interface Following {
  readonly of: ReadSession;
  /** The newest last; those before it are read until their end is known. */
  readonly conversations: Map<string, UsageFiles>;
  /** The total that its status line told last, and has not been counted yet. */
  told:
    | { readonly conversation: string; readonly totalUsd: number; readonly model: string }
    | undefined;
  /** Its program has told no total yet. */
  isFirstTold: boolean;
  untilMs: number;
  /** A look is waited for already. */
  isReading: boolean;
  reading: Promise<void>;
}

export class UsageReader implements Part {
  readonly name = 'usage of agents';
  readonly #options: UsageReaderOptions;
  readonly #following = new Map<SessionId, Following>();
  #stopSweeping: (() => void) | undefined;

  constructor(options: UsageReaderOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopSweeping = this.#options.clock.every(USAGE_SWEEP_MS, () => this.#sweep());
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopSweeping?.();
    await Promise.all([...this.#following.values()].map(({ reading }) => reading));
  }

  /** Its program runs. @param conversation the one that it begins with, where that is known */
  began(of: ReadSession, conversation: string | null, how: 'launched' | 'adopted'): void {
    const following = this.#follow(of);
    following.isFirstTold = how === 'launched';
    this.#addOpen(following);
    if (conversation !== null) this.#add(following, conversation);
    this.#expect(following);
  }

  /** What has been reduced of it, and what that makes of it. */
  noticed(session: SessionId, signal: Signal, status: AgentStatus): void {
    const following = this.#following.get(session);
    if (following === undefined) return;
    this.#options.book.see({ session, project: following.of.project }, status);
    if (signal.from === 'clock' || signal.from === 'screen') return;
    if (signal.from === 'hook' || signal.from === 'registry') {
      if (signal.conversation !== null) this.#add(following, signal.conversation);
    }
    // The registry is read every second, whether or not anything happens.
    if (signal.from !== 'registry') this.#expect(following);
  }

  statusLine(session: SessionId, body: unknown): void {
    const following = this.#following.get(session);
    const told = statusLineUsage(body);
    if (following === undefined || told === undefined) return;
    const { book, clock } = this.#options;
    const { conversation: id, modelId, model, contextPercent, costUsd } = told;
    const toldAtMs = clock.nowMs();
    for (const limit of told.limits) {
      book.limit({ ...limit, profile: following.of.profile, toldAtMs });
    }
    if (id === null) return;
    this.#attempt(session, 'keep what is known of the agent', () => {
      book.learn({ id, session }, { model, contextPercent, costUsd });
    });
    if (costUsd === null) return;
    const named = modelName(modelId ?? model ?? 'other');
    following.told = { conversation: id, totalUsd: costUsd, model: named };
    this.#add(following, id);
    this.#expect(following);
  }

  /** What was last told of this conversation, also to an earlier worker. */
  factsOf(session: SessionId, conversation: string | null): LastFacts | undefined {
    let facts: LastFacts | undefined;
    this.#attempt(session, 'read what is known of the agent', () => {
      facts = this.#options.book.facts(session);
    });
    return facts?.conversation === conversation ? facts : undefined;
  }

  /** Its program is over: all that it has written is read. */
  ended(session: SessionId): void {
    const following = this.#following.get(session);
    if (following === undefined) return;
    this.#following.delete(session);
    this.#options.book.unwatch(session);
    this.#finish(following);
  }

  /** A session that was over before this worker came: what the one before did not count. */
  catchUp(of: ReadSession): void {
    const following = newFollowing(of);
    this.#addOpen(following);
    if (following.conversations.size > 0) this.#finish(following);
  }

  #follow(of: ReadSession): Following {
    const following = newFollowing(of);
    this.#following.set(of.session, following);
    return following;
  }

  /** An earlier worker may have gone before it had read what ends them, as after a /clear. */
  #addOpen(following: Following): void {
    const { session } = following.of;
    this.#attempt(session, 'look what was counted', () => {
      const open = this.#options.book.openOf(session).slice(-CONVERSATIONS_READ_MAX);
      for (const id of open) this.#add(following, id);
    });
  }

  #add({ of, conversations }: Following, id: string): void {
    if (conversations.has(id)) return;
    const { book } = this.#options;
    const conversation: Conversation = { ...of, id };
    this.#attempt(of.session, 'note what is to be counted', () => book.open(conversation));
    const files = new UsageFiles({
      configDirectory: of.configDirectory,
      conversation: id,
      offsetOf: (path) => book.offset(path),
      take: (read) => book.take(conversation, read),
    });
    conversations.set(id, files);
    const [oldest] = conversations.keys();
    if (conversations.size > CONVERSATIONS_READ_MAX && oldest !== undefined) {
      conversations.delete(oldest);
      book.close(oldest);
    }
  }

  #expect(following: Following): void {
    following.untilMs = this.#options.clock.nowMs() + USAGE_AFTER_SIGNAL_MS;
  }

  #sweep(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const following of this.#following.values()) {
      if (following.untilMs < nowMs || following.isReading) continue;
      following.isReading = true;
      this.#then(following, async () => {
        following.isReading = false;
        await this.#read(following);
      });
    }
  }

  #finish(following: Following): void {
    const { book } = this.#options;
    const { conversations } = following;
    this.#then(following, async () => {
      while (await this.#read(following));
      for (const id of conversations.keys()) book.close(id);
    });
  }

  /** One look after the other. */
  #then(following: Following, work: () => Promise<void>): void {
    const { session } = following.of;
    following.reading = following.reading
      .then(work)
      .catch((error: unknown) => this.#options.failed(session, 'count what it uses', error));
  }

  /** @returns whether there is more */
  async #read(following: Following): Promise<boolean> {
    const { book } = this.#options;
    if (book.isFull) return false;
    let hasMore = false;
    for (const files of following.conversations.values()) {
      if (await files.look()) hasMore = true;
    }
    // After the messages that it pays for, by which it is known whether they are all of the past.
    const { told, of, isFirstTold: isFirst } = following;
    if (told !== undefined && !hasMore) {
      book.cost({ ...of, id: told.conversation }, { ...told, isFirst });
      following.told = undefined;
      following.isFirstTold = false;
    }
    return hasMore;
  }

  #attempt(session: SessionId, what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.failed(session, what, error);
    }
  }
}

function newFollowing(of: ReadSession): Following {
  return {
    of,
    conversations: new Map(),
    told: undefined,
    isFirstTold: false,
    isReading: false,
    untilMs: 0,
    reading: Promise.resolve(),
  };
}
