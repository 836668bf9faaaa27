/** An edit as lines that go, come and stay, with what stays shortened to what is near a change. */
import { diffLines } from 'diff';

export interface EditLine {
  readonly what: 'gone' | 'new' | 'same' | 'skipped';
  readonly text: string;
}

/** Lines that stay the same around each change. */
const CONTEXT_LINES = 3;

export function editLines(before: string, after: string): readonly EditLine[] {
  const parts = diffLines(before, after);
  return parts.flatMap(({ added, removed, value }, place): readonly EditLine[] => {
    const lines = value.replace(/\n$/, '').split('\n');
    const what = added ? 'new' : removed ? 'gone' : 'same';
    if (what !== 'same') return lines.map((text) => ({ what, text }));
    return shortened(lines, {
      head: place === 0 ? 0 : CONTEXT_LINES,
      tail: place === parts.length - 1 ? 0 : CONTEXT_LINES,
    });
  });
}

function shortened(
  lines: readonly string[],
  { head, tail }: { head: number; tail: number },
): readonly EditLine[] {
  const same = (text: string): EditLine => ({ what: 'same', text });
  const skipped = lines.length - head - tail;
  if (skipped <= 1) return lines.map(same);
  return [
    ...lines.slice(0, head).map(same),
    { what: 'skipped', text: `${skipped} lines stay` },
    ...lines.slice(lines.length - tail).map(same),
  ];
}
