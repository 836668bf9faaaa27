/** The few keys that this page keeps for itself. Everything else reaches the program. */

export type Shortcut = 'newline' | 'copy' | 'paste' | 'search' | 'leave' | undefined;

type Table = Readonly<Record<string, Shortcut>>;

const ANYWHERE: Table = {
  'shift enter': 'newline',
  'ctrl shift f': 'search',
  // Tab belongs to the program, and nobody may be caught in here without a mouse.
  'ctrl shift arrowup': 'leave',
};
const MAC: Table = { 'meta c': 'copy', 'meta v': 'paste' };
const OTHERS: Table = { 'ctrl shift c': 'copy', 'ctrl shift v': 'paste' };

type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'shiftKey' | 'metaKey' | 'altKey'>;

/** @param isMac on a Mac the command key is ours, and control belongs to the program alone */
export function shortcutOf(keys: Keys, isMac: boolean): Shortcut {
  const { ctrlKey, shiftKey, metaKey, altKey } = keys;
  const held = [ctrlKey && 'ctrl', shiftKey && 'shift', metaKey && 'meta', altKey && 'alt'];
  const pressed = [...held.filter(Boolean), keys.key.toLowerCase()].join(' ');
  return ANYWHERE[pressed] ?? (isMac ? MAC : OTHERS)[pressed];
}

const ARROWS = { up: 'A', down: 'B', right: 'C', left: 'D' } as const;
const KEYS = {
  escape: '\x1b',
  tab: '\t',
  backtab: '\x1b[Z',
  enter: '\r',
  interrupt: '\x03',
} as const;

export type TouchKey = keyof typeof ARROWS | keyof typeof KEYS;

/** @param isApplication the program asked for application cursor keys */
export function touchKeyText(key: TouchKey, isApplication: boolean): string {
  if (key in ARROWS) {
    return `\x1b${isApplication ? 'O' : '['}${ARROWS[key as keyof typeof ARROWS]}`;
  }
  return KEYS[key as keyof typeof KEYS];
}

/** What control makes of a character: `c` becomes ^C. Others stay what they are. */
export function withControl(text: string): string {
  if (!/^[@-_a-z]$/.test(text)) return text;
  return String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f);
}
