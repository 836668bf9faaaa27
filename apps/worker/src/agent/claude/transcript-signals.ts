/** What a transcript tells that nothing else does: that a person interrupted, and what it is called. */
import { TITLE_CHARS_MAX } from '@dashboard/protocol/limits';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { wordsOrNull, type TranscriptSignal } from '../state/index.ts';

const MARKER = '[Request interrupted by user';

const UserLine = Type.Object({
  type: Type.Literal('user'),
  timestamp: Type.String(),
  isSidechain: Type.Optional(Type.Boolean()),
  message: Type.Object({
    content: Type.Union([
      Type.String(),
      Type.Array(Type.Object({ type: Type.String(), text: Type.Optional(Type.String()) })),
    ]),
  }),
});

/** A title that a person gave goes before one that was made up; the file has both. */
const TitleLine = Type.Union([
  Type.Object({ type: Type.Literal('custom-title'), customTitle: Type.String() }),
  Type.Object({ type: Type.Literal('ai-title'), aiTitle: Type.String() }),
]);

/** @param line of a transcript, as parsed from JSON */
export function transcriptSignal(line: unknown, nowMs: number): TranscriptSignal | undefined {
  if (Value.Check(TitleLine, line)) {
    const text = line.type === 'custom-title' ? line.customTitle : line.aiTitle;
    const title = wordsOrNull(text, TITLE_CHARS_MAX);
    return { from: 'transcript', what: 'title', title, atMs: nowMs };
  }
  if (!Value.Check(UserLine, line) || line.isSidechain === true) return undefined;
  const { content } = line.message;
  const texts = typeof content === 'string' ? [content] : content.map(({ text }) => text ?? '');
  if (!texts.some((text) => text.startsWith(MARKER))) return undefined;
  const writtenMs = Date.parse(line.timestamp);
  const atMs = Number.isFinite(writtenMs) ? Math.min(nowMs, writtenMs) : nowMs;
  return { from: 'transcript', what: 'interrupted', title: null, atMs };
}
