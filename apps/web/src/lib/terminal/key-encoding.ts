/**
 * What a pressed key is to a program, where xterm.js 6.0 does not know or has nothing to say: keys
 * with modifiers for programs that asked to tell them apart (kitty's protocol, modifyOtherKeys), and
 * a few of xterm's own that it leaves out.
 */
import { DISAMBIGUATE } from '@dashboard/xterm/keyboard-modes';

export interface PressedKey {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export interface KeyboardRules {
  /** Of the kitty protocol. */
  readonly flags: number;
  readonly modifyOtherKeys: number;
}

/** Claude Code takes escape and return as a line break inside the prompt, and so do others. */
const NEWLINE_IN_PROMPT = '\x1b\r';

/** Keys that are a character and no text. */
const CONTROL_KEYS: Readonly<Record<string, number>> = {
  Escape: 27,
  Enter: 13,
  Tab: 9,
  Backspace: 127,
};
/** By US names, since a browser tells what a key would be without Shift only so. */
const UNSHIFTED: Readonly<Record<string, string>> = {
  Backquote: '`',
  Minus: '-',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  Comma: ',',
  Period: '.',
  Slash: '/',
};
/** Keys that xterm.js sends without their modifiers. */
const TILDE_KEYS: Readonly<Record<string, number>> = { Insert: 2, PageUp: 5, PageDown: 6 };

const NOT_KEYS = ['Dead', 'Process', 'Unidentified'];

/** @returns undefined for what xterm.js shall send, or nobody */
export function encodeKey(key: PressedKey, rules: KeyboardRules): string | undefined {
  // Command and the Windows key belong to the system.
  if (key.metaKey || NOT_KEYS.includes(key.key)) return undefined;
  if ((rules.flags & DISAMBIGUATE) !== 0) return disambiguated(key) ?? legacy(key);
  if (rules.modifyOtherKeys > 0) return asOtherKey(key, rules.modifyOtherKeys) ?? legacy(key);
  return legacy(key);
}

/** Kitty: all keys that were the same byte as another, or a byte that begins a sequence. */
function disambiguated(key: PressedKey): string | undefined {
  const modifiers = modifiersOf(key);
  const control = CONTROL_KEYS[key.key];
  if (control !== undefined) {
    if (modifiers === 1 && key.key !== 'Escape') return undefined;
    return `\x1b[${control}${modifiers === 1 ? '' : `;${modifiers}`}u`;
  }
  // With modifiers R would be the answer to "where is the cursor".
  if (key.key === 'F3' && modifiers > 1) return `\x1b[13;${modifiers}~`;
  const character = unshifted(key);
  if (character === undefined || !isModifiedText(key)) return undefined;
  return `\x1b[${character.codePointAt(0)};${modifiers}u`;
}

/** xterm: level 1 leaves alone what has had its byte since ever, level 2 nothing. */
function asOtherKey(key: PressedKey, level: number): string | undefined {
  const modifiers = modifiersOf(key);
  const control = CONTROL_KEYS[key.key];
  if (control !== undefined) {
    const isBacktab = key.key === 'Tab' && modifiers === 2;
    return modifiers === 1 || isBacktab ? undefined : otherKey(control, modifiers);
  }
  const text = isModifiedText(key) ? textOf(key) : undefined;
  if (text === undefined || (level === 1 && hasByte(key, text))) return undefined;
  return otherKey(text.codePointAt(0) ?? 0, modifiers);
}

function hasByte({ ctrlKey }: PressedKey, text: string): boolean {
  return !ctrlKey || /^[@-~ ]$/.test(text);
}

function otherKey(code: number, modifiers: number): string {
  return `\x1b[27;${modifiers};${code}~`;
}

function legacy(key: PressedKey): string | undefined {
  const { shiftKey, altKey, ctrlKey } = key;
  if (key.key === 'Enter' && shiftKey && !altKey && !ctrlKey) return NEWLINE_IN_PROMPT;
  const tilde = TILDE_KEYS[key.key];
  if (tilde !== undefined && altKey) return `\x1b[${tilde};${modifiersOf(key)}~`;
  if (!ctrlKey || altKey || shiftKey) return undefined;
  if (key.key === '/') return '\x1f';
  if (key.key === '2') return '\0';
  return undefined;
}

/** As both protocols count them. */
function modifiersOf({ shiftKey, altKey, ctrlKey }: PressedKey): number {
  return 1 + (shiftKey ? 1 : 0) + (altKey ? 2 : 0) + (ctrlKey ? 4 : 0);
}

/** Text itself, shifted or not, stays text; Ctrl+Shift is what this page and the browser listen to. */
function isModifiedText({ shiftKey, altKey, ctrlKey }: PressedKey): boolean {
  return (altKey || ctrlKey) && !(ctrlKey && shiftKey);
}

/**
 * What the key types. With Alt a Mac has made something else of it, and on a keyboard of another
 * script a program still means the key that says C when it waits for Ctrl and C.
 */
function textOf(key: PressedKey): string | undefined {
  if (Array.from(key.key).length !== 1) return undefined;
  if (/^[\x20-\x7e]$/.test(key.key)) return key.key;
  const isLetterKey = key.code.startsWith('Key');
  const plain = (key.altKey || isLetterKey ? plainOf(key.code) : undefined) ?? key.key;
  return key.shiftKey ? plain.toUpperCase() : plain;
}

/** What the key types without Shift. */
function unshifted(key: PressedKey): string | undefined {
  const text = textOf(key);
  if (text === undefined || !key.shiftKey) return text?.toLowerCase();
  const lower = text.toLowerCase();
  return lower === text ? (plainOf(key.code) ?? text) : lower;
}

/** On a US keyboard. */
function plainOf(code: string): string | undefined {
  return /^Key[A-Z]$|^Digit\d$/.test(code) ? code.slice(-1).toLowerCase() : UNSHIFTED[code];
}
