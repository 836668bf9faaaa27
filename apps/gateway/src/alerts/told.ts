/** Who tells of an occasion where several gateways see it: the one that says so first in their database. */
import type { Clock } from '@dashboard/runtime/clock';
import { isStorageFailure, type AuthDatabase } from '../auth/index.ts';
import { FRESH_MS } from './limits.ts';
import type { Occasion } from './occasion.ts';

export class Told {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Of a database that takes no changes nothing is learned: twice told is better than never. */
  isFirst(occasion: Occasion): boolean {
    try {
      return this.#database.transaction(() => this.#claim(occasion));
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      return true;
    }
  }

  /** Who sees it later than FRESH_MS takes it for history anyway. */
  #claim({ session, kind, what, sinceMs }: Occasion): boolean {
    const nowMs = this.#clock.nowMs();
    this.#database
      .prepare<[number, number]>('DELETE FROM told_occasions WHERE told_at_ms NOT BETWEEN ? AND ?')
      .run(nowMs - FRESH_MS, nowMs + FRESH_MS);
    const { changes } = this.#database
      .prepare<[string, string, string, number, number]>(
        'INSERT OR IGNORE INTO told_occasions VALUES (?, ?, ?, ?, ?)',
      )
      .run(session, kind, what, sinceMs, nowMs);
    return changes === 1;
  }
}
