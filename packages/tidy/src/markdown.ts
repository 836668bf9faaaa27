/** Reads what the tests need of a document: its tables and its fenced blocks. */

export interface Row {
  /** Trimmed; backticks around a whole cell are taken off. */
  readonly cells: readonly string[];
}

/** Rows of every table whose heading begins with these cells. */
export function rowsUnder(markdown: string, heading: readonly string[]): readonly Row[] {
  const rows: Row[] = [];
  let isInside = false;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) {
      isInside = false;
      continue;
    }
    const cells = cellsOf(line);
    if (isInside && !/^\|[\s:|-]+$/.test(line)) rows.push({ cells });
    isInside ||= heading.every((cell, index) => cells[index] === cell);
  }
  return rows;
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'));
}

export interface Fence {
  /** Of its first line, as people count. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** From `<!-- not run: … -->` directly above. */
  readonly whyNotRun: string | undefined;
}

const FENCE = /(?:<!-- not run: ([^>]*?) -->\n\n?)?^```(\S*)\n([\s\S]*?)^```$/gm;

export function fencesOf(markdown: string): readonly Fence[] {
  return [...markdown.matchAll(FENCE)].map((match) => {
    const [whole, whyNotRun, language = '', text = ''] = match;
    const begin = match.index + whole.indexOf('```');
    const line = markdown.slice(0, begin).split('\n').length;
    return { line, language, text, whyNotRun };
  });
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  days: 86_400_000,
};

/** Bytes, milliseconds or a count, as `256 KiB`, `15 min` or `1,000` say it. NaN for anything else. */
export function quantityOf(text: string): number {
  const [, digits = '', unit = ''] = /^([\d,]+) ?([A-Za-z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return digits === '' || factor === undefined ? NaN : Number(digits.replaceAll(',', '')) * factor;
}
