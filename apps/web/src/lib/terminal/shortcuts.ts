/** The few keys that this page keeps for itself. Everything else reaches the program. */
import { encodeKey, type KeyboardRules } from './key-encoding.ts';

/** `page`: the page around the terminal hears it and knows what to do. */
export type Shortcut = 'copy' | 'paste' | 'search' | 'leave' | 'page';

type Table = Readonly<Record<string, Shortcut>>;

const ANYWHERE: Table = {
  'ctrl shift f': 'search',
  'ctrl shift k': 'page',
  'ctrl shift e': 'page',
  // Tab belongs to the program, and nobody may be caught in here without a mouse.
  'ctrl shift arrowup': 'leave',
};
const MAC: Table = { 'meta c': 'copy', 'meta v': 'paste', 'meta k': 'page' };
const OTHERS: Table = { 'ctrl shift c': 'copy', 'ctrl shift v': 'paste' };

type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'shiftKey' | 'metaKey' | 'altKey'>;

/** @param isMac on a Mac the command key is ours, and control belongs to the program alone */
export function shortcutOf(keys: Keys, isMac: boolean): Shortcut | undefined {
  const { ctrlKey, shiftKey, metaKey, altKey } = keys;
  const held = [ctrlKey && 'ctrl', shiftKey && 'shift', metaKey && 'meta', altKey && 'alt'];
  const pressed = [...held.filter(Boolean), keys.key.toLowerCase()].join(' ');
  return ANYWHERE[pressed] ?? (isMac ? MAC : OTHERS)[pressed];
}

const ARROWS = { up: 'A', down: 'B', right: 'C', left: 'D' } as const;
/** What they are on a keyboard, and what a program is sent that does not ask to tell keys apart. */
const KEYS = {
  escape: { key: 'Escape', text: '\x1b' },
  tab: { key: 'Tab', text: '\t' },
  backtab: { key: 'Tab', shiftKey: true, text: '\x1b[Z' },
  newline: { key: 'Enter', shiftKey: true, text: '\x1b\r' },
  enter: { key: 'Enter', text: '\r' },
  interrupt: { key: 'c', ctrlKey: true, text: '\x03' },
} as const;
const UNPRESSED = { code: '', shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };

export type TouchKey = keyof typeof ARROWS | keyof typeof KEYS;

interface TouchRules extends KeyboardRules {
  /** The program asked for application cursor keys. */
  readonly isApplication: boolean;
}

export function touchKeyText(key: TouchKey, rules: TouchRules): string {
  if (isArrow(key)) return `\x1b${rules.isApplication ? 'O' : '['}${ARROWS[key]}`;
  const { text, ...pressed } = KEYS[key];
  return encodeKey({ ...UNPRESSED, ...pressed }, rules) ?? text;
}

function isArrow(key: TouchKey): key is keyof typeof ARROWS {
  return key in ARROWS;
}

/** What control makes of a character: `c` becomes ^C. Others stay what they are. */
export function withControl(text: string): string {
  if (!/^[@-_a-z]$/.test(text)) return text;
  return String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f);
}
