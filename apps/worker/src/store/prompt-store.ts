/** The prompts that wait for agents, in the database of their sessions: removed with them. */
import { PromptIdSchema, SessionIdSchema, type PromptId } from '@dashboard/protocol/ids';
import { QueuedPrompt } from '@dashboard/protocol/prompts';
import type { Database } from '@dashboard/runtime/sqlite';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { SessionStore } from './session-store.ts';

/** With what only the worker knows of it. */
export interface PromptRecord extends QueuedPrompt {
  readonly touchedAtMs: number;
  readonly enters: number;
}

const { text, state, place, note, by, queuedAtMs, sinceMs } = QueuedPrompt.properties;
const EpochMs = Type.Integer({ minimum: 0 });

const PromptRow = Type.Object({
  id: PromptIdSchema,
  session_id: SessionIdSchema,
  text,
  state,
  place,
  note,
  by_user_id: by.properties.userId,
  by_name: by.properties.name,
  queued_at_ms: queuedAtMs,
  since_ms: sinceMs,
  touched_at_ms: EpochMs,
  enters: EpochMs,
});
type PromptRow = Static<typeof PromptRow>;

export interface PromptStoreOptions {
  readonly store: Pick<SessionStore, 'within'>;
  /** Told of how many rows could not be read; they stay where they are and are left out. */
  readonly onUnreadable: (count: number) => void;
}

export class PromptStore {
  readonly #options: PromptStoreOptions;

  constructor(options: PromptStoreOptions) {
    this.#options = options;
  }

  /** @throws DashboardError storage_failed */
  all(): readonly PromptRecord[] {
    const rows = this.#within('read the prompts', (database) =>
      database.prepare('SELECT * FROM prompts ORDER BY place').all(),
    );
    const readable = rows.filter((row): row is PromptRow => Value.Check(PromptRow, row));
    const unreadable = rows.length - readable.length;
    if (unreadable > 0) this.#options.onUnreadable(unreadable);
    return readable.map(fromRow);
  }

  /** @throws DashboardError storage_failed */
  put(prompt: PromptRecord): void {
    this.#within('keep the prompt', (database) => database.prepare(PUT).run(toRow(prompt)));
  }

  /** @throws DashboardError storage_failed */
  remove(id: PromptId): void {
    this.#within('remove the prompt', (database) =>
      database.prepare('DELETE FROM prompts WHERE id = ?').run(id),
    );
  }

  #within<T>(what: string, work: (database: Database) => T): T {
    return this.#options.store.within(what, work);
  }
}

const PUT = `
  INSERT INTO prompts (
    id, session_id, text, state, place, note, by_user_id, by_name, queued_at_ms, since_ms,
    touched_at_ms, enters
  ) VALUES (
    @id, @session_id, @text, @state, @place, @note, @by_user_id, @by_name, @queued_at_ms, @since_ms,
    @touched_at_ms, @enters
  )
  ON CONFLICT (id) DO UPDATE SET
    text = @text, state = @state, place = @place, note = @note, since_ms = @since_ms,
    touched_at_ms = @touched_at_ms, enters = @enters
`;

function toRow(prompt: PromptRecord): PromptRow {
  const { session, by: person, queuedAtMs: queued, sinceMs: since, touchedAtMs, ...same } = prompt;
  return {
    ...same,
    session_id: session,
    by_user_id: person.userId,
    by_name: person.name,
    queued_at_ms: queued,
    since_ms: since,
    touched_at_ms: touchedAtMs,
  };
}

function fromRow(row: PromptRow): PromptRecord {
  const { session_id, by_user_id, by_name, queued_at_ms, since_ms, touched_at_ms, ...same } = row;
  return {
    ...same,
    session: session_id,
    by: { userId: by_user_id, name: by_name },
    queuedAtMs: queued_at_ms,
    sinceMs: since_ms,
    touchedAtMs: touched_at_ms,
  };
}
