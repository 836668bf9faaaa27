/** What lets a person in without their authenticator app: ten codes, stored as hashes, each used once. */
import { createHash } from 'node:crypto';
import type { UserId } from '@dashboard/protocol/ids';
import { Secret } from 'otpauth';
import { RECOVERY_CODES } from '../limits.ts';
import type { AuthDatabase } from './auth-database.ts';

/** 80 bits: as they cannot be guessed, a plain hash is enough. */
const CODE_BYTES = 10;

export class RecoveryCodes {
  readonly #database: AuthDatabase;

  constructor(database: AuthDatabase) {
    this.#database = database;
  }

  /** Those of before are worth nothing. Call it in a transaction. */
  renew(userId: UserId): string[] {
    this.remove(userId);
    const codes = Array.from({ length: RECOVERY_CODES }, () => {
      return new Secret({ size: CODE_BYTES }).base32;
    });
    const insert = this.#database.prepare<[Buffer, UserId]>(
      'INSERT INTO recovery_codes (hash, user_id) VALUES (?, ?)',
    );
    for (const code of codes) insert.run(hashOf(code), userId);
    return codes.map((code) => code.match(/.{4}/g)?.join('-') ?? code);
  }

  /** @returns whether it was one; it is none from now on */
  use(userId: UserId, code: string): boolean {
    const plain = code.toUpperCase().replaceAll(/[^A-Z2-7]/g, '');
    const { changes } = this.#database
      .prepare<[Buffer, UserId]>('DELETE FROM recovery_codes WHERE hash = ? AND user_id = ?')
      .run(hashOf(plain), userId);
    return changes === 1;
  }

  left(userId: UserId): number {
    const sql = 'SELECT count(*) AS n FROM recovery_codes WHERE user_id = ?';
    return this.#database.prepare<[UserId], { readonly n: number }>(sql).get(userId)?.n ?? 0;
  }

  remove(userId: UserId): void {
    this.#database.prepare<[UserId]>('DELETE FROM recovery_codes WHERE user_id = ?').run(userId);
  }
}

function hashOf(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
