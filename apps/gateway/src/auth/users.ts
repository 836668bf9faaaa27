/** The people who may log in. Somebody always stays who may let others in: the last owner is kept. */
import { randomUUID } from 'node:crypto';
import { DashboardError } from '@dashboard/protocol/errors';
import { parseUserId, type UserId } from '@dashboard/protocol/ids';
import type { User } from '@dashboard/protocol/people';
import type { Role } from '@dashboard/protocol/roles';
import type { Clock } from '@dashboard/runtime/clock';
import { USERS_MAX } from '../limits.ts';
import type { AuthDatabase } from './auth-database.ts';

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
}

export interface UserWithPassword {
  readonly user: User;
  readonly passwordHash: string;
}

interface Row {
  readonly id: UserId;
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string;
  readonly created_at_ms: number;
}

const COLUMNS = 'id, name, role, password_hash, created_at_ms';

export class Users {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  get count(): number {
    return this.#count('SELECT count(*) AS n FROM users');
  }

  /** Oldest first. */
  list(): User[] {
    const sql = `SELECT ${COLUMNS} FROM users ORDER BY created_at_ms, rowid`;
    return this.#database.prepare<[], Row>(sql).all().map(toUser);
  }

  /** Upper and lower case count as the same. */
  findByName(name: string): UserWithPassword | undefined {
    const row = this.#database
      .prepare<[string], Row>(`SELECT ${COLUMNS} FROM users WHERE folded_name = ?`)
      .get(foldName(name));
    return row && { user: toUser(row), passwordHash: row.password_hash };
  }

  /** @throws DashboardError not_found */
  get(id: UserId): User {
    const row = this.#database
      .prepare<[UserId], Row>(`SELECT ${COLUMNS} FROM users WHERE id = ?`)
      .get(id);
    if (row === undefined) throw new DashboardError('not_found', 'There is no such person.');
    return toUser(row);
  }

  /** Of two that try at once one succeeds. @throws DashboardError setup_done */
  addFirstOwner(owner: Omit<NewUser, 'role'>): User {
    return this.#database.transaction(() => {
      if (this.count > 0) throw new DashboardError('setup_done', 'The first owner exists.');
      return this.#insert({ ...owner, role: 'owner' });
    });
  }

  /** @throws DashboardError name_taken, or conflict when there are USERS_MAX */
  add(user: NewUser): User {
    return this.#database.transaction(() => {
      if (this.findByName(user.name) !== undefined) {
        throw new DashboardError('name_taken', `Somebody is called ${user.name} already.`);
      }
      if (this.count >= USERS_MAX) {
        throw new DashboardError('conflict', `There are ${USERS_MAX} people, and no more fit.`);
      }
      return this.#insert(user);
    });
  }

  /** @throws DashboardError not_found, last_owner */
  changeRole(id: UserId, role: Role): User {
    return this.#database.transaction(() => {
      const user = this.get(id);
      if (role !== 'owner') this.#keepAnOwner(user);
      this.#database
        .prepare<[Role, UserId]>('UPDATE users SET role = ? WHERE id = ?')
        .run(role, id);
      return { ...user, role };
    });
  }

  /** @throws DashboardError not_found */
  changePassword(id: UserId, passwordHash: string, isShort: boolean): void {
    const { changes } = this.#database
      .prepare<[string, 0 | 1, UserId]>(
        'UPDATE users SET password_hash = ?, has_short_password = ? WHERE id = ?',
      )
      .run(passwordHash, isShort ? 1 : 0, id);
    if (changes === 0) throw new DashboardError('not_found', 'There is no such person.');
  }

  /** Long enough with a second factor only. */
  hasShortPassword(id: UserId): boolean {
    const sql = 'SELECT 1 FROM users WHERE id = ? AND has_short_password = 1';
    return this.#database.prepare<[UserId]>(sql).get(id) !== undefined;
  }

  /** Logins go with the person. @throws DashboardError not_found, last_owner */
  remove(id: UserId): void {
    this.#database.transaction(() => {
      this.#keepAnOwner(this.get(id));
      this.#database.prepare<[UserId]>('DELETE FROM users WHERE id = ?').run(id);
    });
  }

  #keepAnOwner(user: User): void {
    if (user.role !== 'owner') return;
    if (this.#count("SELECT count(*) AS n FROM users WHERE role = 'owner'") > 1) return;
    throw new DashboardError('last_owner', `${user.name} is the last owner.`);
  }

  #insert({ name, role, passwordHash }: NewUser): User {
    const id = parseUserId(randomUUID());
    const createdAtMs = this.#clock.nowMs();
    this.#database
      .prepare<[UserId, string, string, Role, string, number]>(
        `INSERT INTO users (id, name, folded_name, role, password_hash, created_at_ms)
         VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(id, name, foldName(name), role, passwordHash, createdAtMs);
    return { id, name, role, createdAtMs };
  }

  #count(sql: string): number {
    return this.#database.prepare<[], { readonly n: number }>(sql).get()?.n ?? 0;
  }
}

/** Names are ASCII (UserName in people.ts), so that this is all there is to fold. */
export function foldName(name: string): string {
  return name.toLowerCase();
}

function toUser({ id, name, role, created_at_ms }: Row): User {
  return { id, name, role, createdAtMs: created_at_ms };
}
