/** The keys of the inbox. One letter each, and never while somebody writes. */

export type InboxKey =
  | { readonly does: 'next' | 'previous' | 'allow' | 'deny' | 'message' | 'open' }
  | { readonly does: 'choose'; readonly place: number };

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>;

const KEYS: Readonly<Record<string, Exclude<InboxKey['does'], 'choose'>>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  y: 'allow',
  n: 'deny',
  m: 'message',
  o: 'open',
};

export function inboxKeyOf(pressed: Pressed): InboxKey | undefined {
  const { key, ctrlKey, metaKey, altKey, repeat } = pressed;
  if (ctrlKey || metaKey || altKey) return undefined;
  const does = KEYS[key];
  // A key that is held down may move on, and must not answer one after the other.
  if (repeat && does !== 'next' && does !== 'previous') return undefined;
  if (does !== undefined) return { does };
  return /^[1-9]$/.test(key) ? { does: 'choose', place: Number(key) - 1 } : undefined;
}

/** Somebody writes, or a menu or a dialog has the keyboard. */
export function isElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null;
}
