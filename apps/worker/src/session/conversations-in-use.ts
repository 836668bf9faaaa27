/**
 * Lets one session at a time be in a conversation: two programs that append to one transcript tear it
 * apart. Conversations of sessions that run are known from them; those of launches are kept here.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { Session } from './session.ts';

export class ConversationsInUse {
  readonly #sessions: () => Iterable<Session>;
  readonly #launching = new Set<string>();

  constructor(sessions: () => Iterable<Session>) {
    this.#sessions = sessions;
  }

  /** The session that runs in it. */
  openIn(conversation: string): Session | undefined {
    for (const session of this.#sessions()) {
      if (session.isRunning && session.record.conversation === conversation) return session;
    }
    return undefined;
  }

  /**
   * @param conversation null or undefined where a new one is begun
   * @throws DashboardError conversation_open, and whatever `launch` throws
   */
  async alone<T>(conversation: string | null | undefined, launch: () => Promise<T>): Promise<T> {
    if (conversation === null || conversation === undefined) return await launch();
    const open = this.openIn(conversation);
    if (open !== undefined || this.#launching.has(conversation)) {
      const where = open === undefined ? 'a session that is just starting' : open.record.name;
      throw new DashboardError('conversation_open', `this conversation is open in ${where}`);
    }
    this.#launching.add(conversation);
    try {
      return await launch();
    } finally {
      this.#launching.delete(conversation);
    }
  }
}
