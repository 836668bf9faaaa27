/**
 * What a person recognises a conversation by: where it was, what it is called, what was asked. The
 * form of a transcript is documented by nobody and drifts, so a line counts only when it is in one of
 * the forms that were seen, and whatever else there is passes by.
 */
import {
  PATH_CHARS_MAX,
  PROMPT_WORDS_CHARS_MAX,
  TITLE_CHARS_MAX,
} from '@dashboard/protocol/limits';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { DIGEST_TEXT_CHARS_MAX } from '../limits.ts';
import { words, wordsOrNull } from '../state/index.ts';

export interface Digest {
  /** Where it began; null until a line says it. */
  readonly directory: string | null;
  readonly title: string | null;
  readonly firstPrompt: string | null;
  readonly lastPrompt: string | null;
  /** How often a person said something. */
  readonly prompts: number;
  /** What of the prompts can be searched, in lower case: the first of them. */
  readonly text: string;
}

export const NOTHING: Digest = {
  directory: null,
  title: null,
  firstPrompt: null,
  lastPrompt: null,
  prompts: 0,
  text: '',
};

const TitleLine = Type.Union([
  Type.Object({ type: Type.Literal('custom-title'), customTitle: Type.String() }),
  Type.Object({ type: Type.Literal('ai-title'), aiTitle: Type.String() }),
]);

const Block = Type.Object({ type: Type.String(), text: Type.Optional(Type.String()) });

const UserLine = Type.Object({
  type: Type.Literal('user'),
  cwd: Type.Optional(Type.String({ pattern: '^/[^\\u0000]*$', maxLength: PATH_CHARS_MAX })),
  isSidechain: Type.Optional(Type.Boolean()),
  /** Written by the agent itself, for its model. */
  isMeta: Type.Optional(Type.Boolean()),
  isCompactSummary: Type.Optional(Type.Boolean()),
  /** Since 2.1.3xx: `human` where a person typed it. */
  origin: Type.Optional(Type.Object({ kind: Type.String() })),
  message: Type.Object({ content: Type.Union([Type.String(), Type.Array(Block)]) }),
});
type UserLine = Static<typeof UserLine>;

/** What the agent puts into a person's mouth: commands, their output, news of tasks, interrupts. */
const NOT_SAID =
  /^\s*(?:<(?:command-|local-command|bash-|task-notification|system-reminder)|\[Request interrupted|Caveat: )/;

/** Before a line is parsed: whether it can be one that is looked at here. Others are most of a file. */
export function mayMatter(line: Buffer): boolean {
  return line.includes('"user"') || line.includes('-title"');
}

/** @param line as JSON gave it */
export function digested(digest: Digest, line: unknown): Digest {
  if (Value.Check(TitleLine, line)) return withTitle(digest, line);
  if (!Value.Check(UserLine, line) || line.isSidechain === true) return digest;
  const placed = { ...digest, directory: digest.directory ?? line.cwd ?? null };
  const said = saidIn(line);
  return said === undefined ? placed : withPrompt(placed, said);
}

/** Every word of the question is somewhere: in the title, in what was asked, in the directory. */
export function matches(digest: Digest, wanted: readonly string[]): boolean {
  const { title, text, lastPrompt, directory } = digest;
  const whole = `${title ?? ''}\n${directory ?? ''}\n${lastPrompt ?? ''}`.toLowerCase();
  return wanted.every((word) => whole.includes(word) || text.includes(word));
}

/** A title that a person gave goes before one that was made up, whichever comes later. */
function withTitle(digest: Digest, line: Static<typeof TitleLine>): Digest {
  const isGiven = line.type === 'custom-title';
  if (!isGiven && digest.title !== null) return digest;
  return {
    ...digest,
    title: wordsOrNull(isGiven ? line.customTitle : line.aiTitle, TITLE_CHARS_MAX),
  };
}

function withPrompt(digest: Digest, said: string): Digest {
  const prompt = words(said, PROMPT_WORDS_CHARS_MAX);
  const room = DIGEST_TEXT_CHARS_MAX - digest.text.length;
  return {
    ...digest,
    firstPrompt: digest.firstPrompt ?? prompt,
    lastPrompt: prompt,
    prompts: digest.prompts + 1,
    text:
      room <= 0
        ? digest.text
        : `${digest.text}\n${said.toLowerCase()}`.slice(0, DIGEST_TEXT_CHARS_MAX),
  };
}

function saidIn({ isMeta, isCompactSummary, origin, message }: UserLine): string | undefined {
  if (isMeta === true || isCompactSummary === true) return undefined;
  if (origin !== undefined && origin.kind !== 'human') return undefined;
  const { content } = message;
  if (typeof content === 'string') return wordsOf(content);
  if (content.some(({ type }) => type === 'tool_result')) return undefined;
  return wordsOf(content.map(({ text }) => text ?? '').join('\n'));
}

function wordsOf(text: string): string | undefined {
  return text.trim() === '' || NOT_SAID.test(text) ? undefined : text;
}
