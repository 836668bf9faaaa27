/** How good a new password is, in words. Length counts most; repetition does not count as length. */
import { PASSWORD_CHARS_MIN } from '@dashboard/protocol/limits';

export interface PasswordWords {
  readonly words: string;
  /** 0 is refused, 3 is very strong. */
  readonly strength: 0 | 1 | 2 | 3;
}

const STRONG_CHARS = 20;
const VERY_STRONG_CHARS = 28;
/** Fewer different characters than this are a pattern, however long it is. */
const DIFFERENT_CHARS_MIN = 8;

/** @param charsMin fewer are enough where there is a second factor */
export function passwordWords(
  password: string,
  name: string,
  charsMin = PASSWORD_CHARS_MIN,
): PasswordWords {
  const missing = charsMin - password.length;
  if (missing > 0) {
    return { words: `${missing} more character${missing === 1 ? '' : 's'} needed`, strength: 0 };
  }
  if (new Set(password).size < DIFFERENT_CHARS_MIN) {
    return { words: 'Weak: it repeats itself', strength: 1 };
  }
  if (name.length > 2 && password.toLowerCase().includes(name.toLowerCase())) {
    return { words: 'Weak: it contains the name', strength: 1 };
  }
  if (password.length >= VERY_STRONG_CHARS) return { words: 'Very strong', strength: 3 };
  if (password.length >= STRONG_CHARS) return { words: 'Strong', strength: 3 };
  return { words: 'Good; a few words more make it strong', strength: 2 };
}
