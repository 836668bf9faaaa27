/**
 * Passwords: what may be one, and argon2id. Each hash takes 19 MiB and a core, so that few run at
 * once. Length and alphabet are checked by the schema; any character counts, pasting is welcome.
 */
import { hash, verify } from '@node-rs/argon2';
import { DashboardError } from '@dashboard/protocol/errors';
import { HASHES_RUNNING_MAX, HASHES_WAITING_MAX } from '../limits.ts';
import { AtMost } from './at-most.ts';
import { COMMON_WORDS } from './common-passwords.ts';

/** OWASP's first choice of memory and passes for argon2id, which is what the library makes. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of a random password that nobody knows: an unknown person costs the same time as a known one. */
export const HASH_OF_NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$0SpnP7SJI6XaEWdBKfYYuw$lvb/OGjCw7JGnndGynU9tuLcOc04K6TvTU6wPMEEFx0';

/** Characters that must be left when everything common is taken away. */
const OWN_CHARS_MIN = 8;
const DISTINCT_CHARS_MIN = 6;
/** A shorter name is in half of all words. */
const NAME_CHARS_MIN = 4;

export class Passwords {
  readonly #atMost = new AtMost({ running: HASHES_RUNNING_MAX, waiting: HASHES_WAITING_MAX });

  /** @throws DashboardError rate_limited */
  async hash(password: string): Promise<string> {
    return await this.#atMost.run(() => hash(password, ARGON2));
  }

  /**
   * @param stored undefined for an unknown person: takes the same time, and is never right
   * @throws DashboardError rate_limited
   */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const isRight = await this.#atMost.run(() => verify(stored ?? HASH_OF_NOBODY, password));
    return isRight && stored !== undefined;
  }
}

/** @throws DashboardError invalid_request, which says what to do better */
export function requireGoodPassword(password: string, name: string): void {
  const folded = password.toLowerCase();
  if (name.length >= NAME_CHARS_MIN && folded.includes(name.toLowerCase())) {
    throw new DashboardError('invalid_request', 'body/password must not contain the name');
  }
  if (new Set(folded).size < DISTINCT_CHARS_MIN) {
    throw new DashboardError('invalid_request', 'body/password repeats too few characters');
  }
  if (ownPartOf(folded).length < OWN_CHARS_MIN) {
    throw new DashboardError(
      'invalid_request',
      'body/password is made of what everybody uses: add a few words of your own',
    );
  }
}

/** What is left without common words, and without the separators between them. */
function ownPartOf(folded: string): string {
  let rest = folded;
  for (const word of COMMON_WORDS) rest = rest.replaceAll(word, ' ');
  return rest.replaceAll(/[\s\p{P}\p{S}]/gu, '');
}
