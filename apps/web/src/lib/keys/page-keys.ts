/** The keys of the page outside the terminal: which there are, and when a key is one of them. */

export type PageAct = 'next' | 'filter' | 'help' | 'palette' | 'split';

const ACTS: Readonly<Record<string, PageAct>> = { n: 'next', '/': 'filter', '?': 'help' };

type Pressed = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'shiftKey' | 'metaKey' | 'altKey' | 'isComposing'
>;

interface Place {
  readonly isEditing: boolean;
  readonly hasDialog: boolean;
  /** There Ctrl and K belong to the program; with Shift, or with Cmd, they are ours. */
  readonly isTerminal: boolean;
}

function isPaletteKey(pressed: Pressed, { isTerminal }: Place): boolean {
  const { key, ctrlKey, shiftKey, metaKey, altKey, isComposing } = pressed;
  if (key.toLowerCase() !== 'k' || altKey || isComposing || ctrlKey === metaKey) return false;
  return metaKey ? !shiftKey : shiftKey || !isTerminal;
}

function isSplitKey({ key, ctrlKey, shiftKey, metaKey, altKey }: Pressed): boolean {
  return key.toLowerCase() === 'e' && ctrlKey && shiftKey && !metaKey && !altKey;
}

/** @param place where the focus is, and what stands over the page */
export function pageActOf(pressed: Pressed, place: Place): PageAct | undefined {
  const { key, ctrlKey, metaKey, altKey, isComposing } = pressed;
  if (isPaletteKey(pressed, place)) return place.hasDialog ? undefined : 'palette';
  if (isSplitKey(pressed)) return place.hasDialog ? undefined : 'split';
  if (ctrlKey || metaKey || altKey || isComposing) return undefined;
  if (place.isEditing || place.hasDialog) return undefined;
  return ACTS[key];
}

export interface KeyRow {
  readonly keys: readonly string[];
  readonly does: string;
}

export const PAGE_KEYS: readonly KeyRow[] = [
  { keys: ['n'], does: 'Go to the next session that needs a person' },
  { keys: ['/'], does: 'Filter the sessions' },
  { keys: ['?'], does: 'Show this list' },
  { keys: ['Ctrl', 'K'], does: 'Commands: go anywhere, do anything (Cmd K on a Mac)' },
];

export const INBOX_KEYS: readonly KeyRow[] = [
  { keys: ['j', 'k'], does: 'Next and previous question' },
  { keys: ['y'], does: 'Allow once, or send the answers' },
  { keys: ['1', '…', '9'], does: 'Allow with that suggestion, or choose that answer' },
  { keys: ['n'], does: 'Deny' },
  { keys: ['m'], does: 'Deny with a message' },
  { keys: ['o'], does: 'Open the terminal' },
];

/** @param isMac there the command key copies and pastes, and control belongs to the program */
export function terminalKeys(isMac: boolean): readonly KeyRow[] {
  const [copy, paste] = isMac
    ? [
        ['⌘', 'C'],
        ['⌘', 'V'],
      ]
    : [
        ['Ctrl', 'Shift', 'C'],
        ['Ctrl', 'Shift', 'V'],
      ];
  return [
    { keys: ['Ctrl', 'Shift', '↑'], does: 'Leave the terminal' },
    { keys: ['Ctrl', 'Shift', 'F'], does: 'Search in it' },
    { keys: isMac ? ['⌘', 'K'] : ['Ctrl', 'Shift', 'K'], does: 'Commands' },
    { keys: ['Ctrl', 'Shift', 'E'], does: 'Go to the next split' },
    { keys: copy, does: 'Copy what is selected' },
    { keys: paste, does: 'Paste' },
  ];
}
