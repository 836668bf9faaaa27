/** What a terminal in a page shows, cell styles included, as it stands in the document. */
import type { Page } from '@playwright/test';

/** A piece of a row whose cells look the same. */
export interface Run {
  readonly text: string;
  /** What xterm.js says of it in classes and styles, but for the cursor and the width of the font. */
  readonly look: string;
}

/** Rows from top to bottom; blanks without a look at their ends left out. */
export async function drawnRows(page: Page): Promise<readonly (readonly Run[])[]> {
  const rows = await page.locator('.xterm-rows').evaluate((element) =>
    Array.from(element.children).map((row) =>
      Array.from(row.children).map((span) => {
        const { color, backgroundColor, textDecoration } = (span as HTMLElement).style;
        const classes = Array.from(span.classList).filter((name) => !name.includes('cursor'));
        const styles = [color, backgroundColor, textDecoration].filter((style) => style !== '');
        return { text: span.textContent, look: [...classes.sort(), ...styles].join(' ') };
      }),
    ),
  );
  return rows.map((runs) => trimmed(joined(runs)));
}

export function textOf(rows: readonly (readonly Run[])[]): string {
  const lines = rows.map((runs) => runs.map(({ text }) => text).join(''));
  return lines.join('\n').replaceAll('\u00a0', ' ').trimEnd();
}

function joined(runs: readonly Run[]): Run[] {
  const out: Run[] = [];
  for (const run of runs) {
    const last = out.at(-1);
    if (last?.look === run.look) out[out.length - 1] = { ...run, text: last.text + run.text };
    else out.push(run);
  }
  return out;
}

function trimmed(runs: Run[]): Run[] {
  const last = runs.at(-1);
  if (last?.look !== '') return runs;
  const text = last.text.replace(/[ \u00a0]+$/, '');
  return [...runs.slice(0, -1), ...(text === '' ? [] : [{ ...last, text }])];
}

/** Column and row of the cursor, counted from 0; undefined where none is drawn. */
export async function drawnCursor(
  page: Page,
  cols: number,
): Promise<readonly [number, number] | undefined> {
  return await page.locator('.xterm-rows').evaluate((rows, count) => {
    const cursor = rows.querySelector('.xterm-cursor');
    const row = cursor?.closest('.xterm-rows > div');
    if (cursor === null || row === null || row === undefined) return undefined;
    const { left, width } = row.getBoundingClientRect();
    const column = Math.round((cursor.getBoundingClientRect().left - left) / (width / count));
    return [column, Array.from(rows.children).indexOf(row)] as const;
  }, cols);
}
