/**
 * The colours and attributes that a captured line leaves switched on. tmux writes only what changes
 * from cell to cell, across line ends too; a terminal would colour the rest of each new line with
 * it. So they are switched off at the end of a line and on again at the start of the next.
 */

const SGR = /\x1b\[([\d;:]*)m/g; // eslint-disable-line no-control-regex -- a control sequence it is

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
  if (isBetween(first, 30, 39) || isBetween(first, 90, 97)) {
    return { ...style, foreground: first === 39 ? '' : sequence };
  }
  if (isBetween(first, 40, 49) || isBetween(first, 100, 107)) {
    return { ...style, background: first === 49 ? '' : sequence };
  }
  if (first === 58 || first === 59) return { ...style, underline: first === 59 ? '' : sequence };
  return { ...style, attributes: style.attributes + sequence };
}

function isBetween(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function textOf({ attributes, foreground, background, underline }: Style): string {
  return attributes + foreground + background + underline;
}
