/**
 * The colours and attributes that a captured line leaves switched on. tmux writes only what changes
 * from cell to cell, across line ends too; a terminal would colour the rest of each new line with
 * it. So they are switched off at the end of a line and on again at the start of the next.
 */

const SGR = /\x1b\[([\d;:]*)m/g;

const OFF = '\x1b[0m';

interface Style {
  readonly attributes: string;
  readonly foreground: string;
  readonly background: string;
  readonly underline: string;
}

const PLAIN: Style = { attributes: '', foreground: '', background: '', underline: '' };

/** @returns the lines, each of which starts and ends in the default style */
export function closeStyles(lines: readonly string[]): string[] {
  let style = PLAIN;
  return lines.map((line) => {
    const before = textOf(style);
    for (const [sequence, parameters = ''] of line.matchAll(SGR)) {
      style = change(style, sequence, parameters);
    }
    return before + line + (textOf(style) === '' ? '' : OFF);
  });
}

/** tmux puts a reset and attributes in one sequence, and each colour in one of its own. */
function change(style: Style, sequence: string, parameters: string): Style {
  const first = Number.parseInt(parameters, 10);
  if (parameters === '' || parameters === '0') return PLAIN;
  if (first === 0) return { ...PLAIN, attributes: sequence };
  const colour = COLOURS.find(({ from, to }) => first >= from && first <= to);
  if (colour === undefined) return { ...style, attributes: style.attributes + sequence };
  return { ...style, [colour.name]: first === colour.none ? '' : sequence };
}

/** Which colour a parameter sets, and which one sets it back. */
const COLOURS = [
  { name: 'foreground', from: 30, to: 39, none: 39 },
  { name: 'foreground', from: 90, to: 97, none: 39 },
  { name: 'background', from: 40, to: 49, none: 49 },
  { name: 'background', from: 100, to: 107, none: 49 },
  { name: 'underline', from: 58, to: 59, none: 59 },
] as const;

function textOf({ attributes, foreground, background, underline }: Style): string {
  return attributes + foreground + background + underline;
}
