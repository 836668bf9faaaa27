/** Tables for people: columns as wide as they need, numbers to the right. */

export interface Table {
  readonly title: string;
  /** The first holds names, the others figures. */
  readonly columns: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** In the form of a document, so that it can be put into one as it is. */
export function formatTable({ title, columns, lines }: Table): string {
  const widths = columns.map((column, at) =>
    Math.max(column.length, 3, ...lines.map((line) => (line[at] ?? '').length)),
  );
  const row = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => pad(cells[at] ?? '', width, at)).join(' | ')} |`;
  const rule = widths.map((width, at) =>
    at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [title, '', row(columns), `| ${rule.join(' | ')} |`, ...lines.map(row)].join('\n');
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

/** Three figures that count; more would be noise. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 3));
}
