/** Every key, with and without modifiers, as the bytes that a program is typed. */
import { expect, test } from '../dashboard.ts';
import { Puppet } from './puppet.ts';

/** A key as Playwright names it, and what a program reads. */
type Keys = Readonly<Record<string, string>>;

const CSI = '\x1b[';
const MODIFIERS = {
  Shift: 2,
  Alt: 3,
  'Alt+Shift': 4,
  Control: 5,
  'Control+Shift': 6,
  'Control+Alt': 7,
  'Control+Alt+Shift': 8,
};
const LETTERED = { ArrowDown: 'B', ArrowRight: 'C', ArrowLeft: 'D', Home: 'H', End: 'F' };
const NUMBERED = { Delete: 3, F5: 15, F6: 17, F7: 18, F8: 19, F9: 20, F10: 21, F11: 23, F12: 24 };

const PLAIN: Keys = {
  a: 'a',
  'Shift+A': 'A',
  Enter: '\r',
  Tab: '\t',
  'Shift+Tab': `${CSI}Z`,
  Backspace: '\x7f',
  'Alt+Backspace': '\x1b\x7f',
  'Control+Backspace': '\b',
  Escape: '\x1b',
  'Alt+Escape': '\x1b\x1b',
  'Alt+Enter': '\x1b\r',
  // A line break in the prompt of Claude Code.
  'Shift+Enter': '\x1b\r',
  ArrowUp: `${CSI}A`,
  ArrowDown: `${CSI}B`,
  ArrowRight: `${CSI}C`,
  ArrowLeft: `${CSI}D`,
  Home: `${CSI}H`,
  End: `${CSI}F`,
  Insert: `${CSI}2~`,
  Delete: `${CSI}3~`,
  PageUp: `${CSI}5~`,
  PageDown: `${CSI}6~`,
  'Alt+PageUp': `${CSI}5;3~`,
  'Control+PageDown': `${CSI}6;5~`,
  'Alt+Insert': `${CSI}2;3~`,
  F1: '\x1bOP',
  F2: '\x1bOQ',
  F3: '\x1bOR',
  F4: '\x1bOS',
  ...Object.fromEntries(Object.entries(NUMBERED).map(([key, code]) => [key, `${CSI}${code}~`])),
};

const MODIFIED: Keys = Object.fromEntries(
  Object.entries(MODIFIERS).flatMap(([held, code]) => [
    ...Object.entries(LETTERED).map(([key, final]) => [
      `${held}+${key}`,
      `${CSI}1;${code}${final}`,
    ]),
    ...Object.entries(NUMBERED).map(([key, number]) => [
      `${held}+${key}`,
      `${CSI}${number};${code}~`,
    ]),
    [`${held}+F1`, `${CSI}1;${code}P`],
  ]),
);

const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz');
const CONTROL: Keys = {
  ...Object.fromEntries(
    LETTERS.map((key) => [`Control+${key}`, String.fromCharCode(key.charCodeAt(0) & 0x1f)]),
  ),
  'Control+Space': '\0',
  'Control+2': '\0',
  'Control+[': '\x1b',
  'Control+\\': '\x1c',
  'Control+]': '\x1d',
  'Control+6': '\x1e',
  'Control+/': '\x1f',
  'Control+8': '\x7f',
};
const ALT: Keys = {
  ...Object.fromEntries(LETTERS.map((key) => [`Alt+${key}`, `\x1b${key}`])),
  'Alt+Shift+B': '\x1bB',
  'Alt+.': '\x1b.',
  'Alt+1': '\x1b1',
  'Alt+Space': '\x1b ',
  'Control+Alt+e': '\x1b\x05',
};

const APPLICATION: Keys = {
  ArrowUp: '\x1bOA',
  ArrowDown: '\x1bOB',
  ArrowRight: '\x1bOC',
  ArrowLeft: '\x1bOD',
  Home: '\x1bOH',
  End: '\x1bOF',
  'Control+ArrowUp': `${CSI}1;5A`,
};

const DISAMBIGUATED: Keys = {
  a: 'a',
  'Shift+A': 'A',
  Enter: '\r',
  'Shift+Enter': `${CSI}13;2u`,
  'Control+Enter': `${CSI}13;5u`,
  Tab: '\t',
  'Shift+Tab': `${CSI}9;2u`,
  Backspace: '\x7f',
  'Control+Backspace': `${CSI}127;5u`,
  Escape: `${CSI}27u`,
  'Control+c': `${CSI}99;5u`,
  'Control+i': `${CSI}105;5u`,
  'Control+/': `${CSI}47;5u`,
  'Alt+b': `${CSI}98;3u`,
  'Alt+Shift+B': `${CSI}98;4u`,
  'Control+Space': `${CSI}32;5u`,
  'Control+F3': `${CSI}13;5~`,
  ArrowUp: `${CSI}A`,
  'Alt+ArrowUp': `${CSI}1;3A`,
};

const OTHER_KEYS: Keys = {
  'Shift+A': 'A',
  Enter: '\r',
  'Shift+Enter': `${CSI}27;2;13~`,
  'Control+Enter': `${CSI}27;5;13~`,
  'Shift+Tab': `${CSI}Z`,
  'Control+Tab': `${CSI}27;5;9~`,
  Escape: '\x1b',
  'Control+i': `${CSI}27;5;105~`,
  'Alt+b': `${CSI}27;3;98~`,
  'Alt+Shift+B': `${CSI}27;4;66~`,
};
const SOME_OTHER_KEYS: Keys = {
  'Shift+Enter': `${CSI}27;2;13~`,
  'Control+i': '\t',
  'Control+,': `${CSI}27;5;44~`,
  'Alt+b': '\x1bb',
};

const TABLES: readonly (readonly [string, string, Keys])[] = [
  ['keys', '', PLAIN],
  ['keys with modifiers', '', MODIFIED],
  ['with Control', '', CONTROL],
  ['with Alt', '', ALT],
  ['application cursor keys', '\x1b[?1h', APPLICATION],
  ['kitty protocol', '\x1b[>31u', DISAMBIGUATED],
  ['kitty protocol, popped', '\x1b[>1u\x1b[<u', { Escape: '\x1b', 'Control+i': '\t' }],
  ['modifyOtherKeys 2', '\x1b[>4;2m', OTHER_KEYS],
  ['modifyOtherKeys 1', '\x1b[>4;1m', SOME_OTHER_KEYS],
];

const BETWEEN = '|';

/** What is typed takes the same way in both; so the second has the first table only. */
const ENGINES = { tmux: TABLES, pty: TABLES.slice(0, 1) } as const;

for (const engine of ['tmux', 'pty'] as const) {
  test(`${engine}: every key is the bytes that it is in a terminal`, async ({ dashboard }) => {
    const puppet = await Puppet.start(dashboard, engine);
    for (const [name, modes, keys] of ENGINES[engine]) {
      await puppet.show(`\x1bc${modes}`, name);
      expect(await typedBy(puppet, Object.keys(keys)), name).toEqual(keys);
    }
  });
}

/** @returns what the program was typed for each key */
async function typedBy(puppet: Puppet, keys: readonly string[]): Promise<Keys> {
  const { keyboard } = puppet.terminal.page;
  for (const key of keys) {
    await keyboard.press(key);
    // The same in every mode: it shows where a key ended, also one that says nothing.
    await keyboard.press(BETWEEN);
  }
  const parts = () => puppet.typed.split(BETWEEN);
  await expect.poll(() => parts().length).toBe(keys.length + 1);
  const typed = parts();
  puppet.takeTyped();
  return Object.fromEntries(keys.map((key, at) => [key, typed[at] ?? '']));
}
