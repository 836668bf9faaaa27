/** What programs print, by theme: each begins on a blank terminal of any size from 80 x 24 on. */

const ESC = '\x1b';
const CSI = `${ESC}[`;

const sgr = (codes: string, text: string) => `${CSI}${codes}m${text}${CSI}0m`;
const at = (row: number, column: number) => `${CSI}${row};${column}H`;
const each = (texts: readonly string[]) => texts.join(' ') + '\r\n';
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
const lines = (count: number) => numbers(count).map((number) => `line ${number}`);

const ATTRIBUTES = [
  ...numbers(10).map((code) => sgr(`${code}`, `a${code}`)),
  ...['4:2', '4:3', '4:4', '4:5', '21', '53'].map((code) => sgr(code, `u${code}`)),
  sgr('4;58;2;255;0;0', 'red line'),
  sgr('4;58:5:2', 'green line'),
];
const COLOURS = [
  ...numbers(8).map((code) => sgr(`3${code}`, `f${code}`)),
  ...numbers(8).map((code) => sgr(`10${code}`, `b${code}`)),
  ...numbers(8).map((code) => sgr(`1;3${code}`, `B${code}`)),
];
const PALETTE = numbers(32).map((step) => sgr(`48;5;${step * 8}`, `${step * 8}`));
const TRUE_COLOUR = numbers(40).map((step) =>
  sgr(`38;2;${255 - step * 6};${step * 6};128;48;2;${step};0;${step * 3}`, '▄'),
);

/** Wide, combining, joined, flags, selectors, right-to-left, and a mark on nothing. */
const SCRIPTS = [
  '日本語 한국어 ｆｕｌｌ',
  'e\u0301 n\u0303 a\u0323\u0302 \u0e01\u0e33 \u0928\u093f',
  '🙂 👍🏽 👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 🇩🇪 ❤\ufe0f ⚠\ufe0f ☎',
  'שלום مرحبا \u200bzero\u2060width \u00adsoft',
  'größe “quoted” — … ▁▂▃█ ┌─┬─┐ ⠋⠙⠹ \ue0b0',
];

export const STREAMS = {
  attributes: each(ATTRIBUTES) + each(COLOURS),
  'palette and true colour': each(PALETTE) + TRUE_COLOUR.join(''),
  scripts: SCRIPTS.map((text) => `${text}|`).join('\r\n'),
  // What is overwritten further on shows how wide everything before it is.
  'widths of scripts': SCRIPTS.map((text) => `${text}|\r${CSI}7C*${CSI}9C*`).join('\r\n'),
  'wide characters at the edge': `${at(1, 1)}${'日'.repeat(100)}${at(5, 999)}日|${at(8, 2)}日本${at(8, 3)}x`,
  'line drawing': `${ESC}(0lqqwqqk${ESC}(B\r\n${ESC})0\x0ex  x\x0f plain \x0emqqj\x0f`,
  'scroll region': `${lines(20).join('\r\n')}${CSI}5;10r${at(10, 1)}\n\nnew${at(5, 1)}${ESC}M${ESC}Mup${CSI}2S${CSI}1T${CSI}r`,
  'origin mode': `${lines(20).join('\r\n')}${CSI}5;10r${CSI}?6h${at(1, 1)}first${at(99, 1)}last${CSI}?6l${CSI}r`,
  'insert and delete': `abcdefgh\r\nijklmnop\r\nqrstuvwx${at(1, 3)}${CSI}2@${at(2, 3)}${CSI}2P${at(3, 3)}${CSI}2X${at(2, 1)}${CSI}L${CSI}4h${at(1, 1)}in${CSI}4l`,
  erasing: `${lines(20).join('\r\n')}${at(3, 4)}${CSI}K${at(4, 4)}${CSI}1K${at(5, 4)}${CSI}2K${at(15, 4)}${sgr('44', `${CSI}J`)}${at(2, 3)}${CSI}1J`,
  'tab stops': `a\tb\tc\r\n${CSI}3g${at(2, 5)}${ESC}H${at(3, 1)}\tx\ty${CSI}Zz`,
  wrapping: `${CSI}?7l${'x'.repeat(300)}y\r\n${CSI}?7h${'w'.repeat(300)}${CSI}3b`,
  'saved cursor': `${at(3, 7)}${CSI}1;31m${ESC}7${at(9, 9)}${CSI}0mthere${ESC}8here${CSI}0m${CSI}s${at(12, 1)}far${CSI}uon`,
  'soft reset': `${CSI}4;5r${CSI}?6h${CSI}1;4m${CSI}4h${CSI}!p${at(1, 1)}ab${at(1, 1)}plain`,
  reset: `${lines(40).join('\r\n')}${CSI}?1049h${CSI}31;44m${CSI}5;9r${CSI}?7l${ESC}cblank`,
  'a question and an unknown sequence': `a${CSI}?9999hb${CSI}5~c${ESC}]777;x\x07d${ESC}P+q544e\x1b\\e${ESC}_app${ESC}\\f${CSI}>4;2mg${CSI}<uh`,
} as const;
