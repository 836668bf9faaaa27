/** What real programs printed, recorded by test/streams/record.ts. */
import { readFileSync } from 'node:fs';
import type { Stream } from './written-streams.ts';

const SIZE = { cols: 80, rows: 24 };

export const RECORDED_STREAMS: readonly Stream[] = ['vim', 'less', 'bash'].map((name) => ({
  name: `recorded: ${name}`,
  size: SIZE,
  bytes: readFileSync(new URL(`../streams/${name}.bin`, import.meta.url)),
}));
