/** Text of a stranger by which a person decides: nothing in it may be invisible, or look like something else. */
import type { LongText } from '@dashboard/protocol/approvals';
import { APPROVAL_TEXT_CHARS_MAX } from '@dashboard/protocol/limits';

/** Controls, formats (which turn the direction of text or take no room), separators of lines, private use. */
const UNSEEN = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

/** Each such character as `\u{202e}`; line breaks and tabs stay. */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(UNSEEN, (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`);
}

export function longText(text: string): LongText {
  const whole = visible(text.slice(0, APPROVAL_TEXT_CHARS_MAX));
  const shown = whole.slice(0, APPROVAL_TEXT_CHARS_MAX).toWellFormed();
  const unread = Math.max(0, text.length - APPROVAL_TEXT_CHARS_MAX);
  return { text: shown, cutChars: unread + whole.length - shown.length };
}
