/** Text that programs put into the clipboard. Nothing here ever reads the clipboard for a program. */
import type { Terminal } from '@xterm/xterm';
import { CLIPBOARD_CHARS_MAX } from './limits.ts';

/**
 * Lets programs copy with OSC 52. A question for what the clipboard holds is swallowed.
 * @param copy may refuse: several people may be watching, and only one of them typed
 */
export function acceptCopies(
  { parser }: Pick<Terminal, 'parser'>,
  copy: (text: string) => void,
): void {
  parser.registerOscHandler(52, (payload) => {
    const text = copiedText(payload);
    if (text !== undefined) copy(text);
    return true;
  });
}

/** The text of `<selections>;<base64>`; undefined when it is a question, too long or no base64. */
export function copiedText(payload: string): string | undefined {
  const encoded = payload.slice(payload.indexOf(';') + 1);
  // Four characters of base64 are three bytes.
  if (encoded === '?' || encoded === '' || encoded.length > (CLIPBOARD_CHARS_MAX / 3) * 4) {
    return undefined;
  }
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
