/**
 * Conversations that agents have had, in sessions or outside of them: what a list shows of each, and
 * how it is asked for. Titles and prompts are cleaned by the worker and escaped by the page.
 */
import { Type, type Static } from 'typebox';
import { ConversationId } from './agents.ts';
import { SessionIdSchema } from './ids.ts';
import {
  CONVERSATION_QUERY_CHARS_MAX,
  CONVERSATIONS_PER_PAGE_MAX,
  PROMPT_WORDS_CHARS_MAX,
  TITLE_CHARS_MAX,
} from './limits.ts';
import { DirectoryPath, ProfileId } from './sessions.ts';

const EpochMs = Type.Integer({ minimum: 0 });

function lineOrNull(maxLength: number) {
  const line = { maxLength, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$' };
  return Type.Union([Type.String(line), Type.Null()]);
}

export const Conversation = Type.Object(
  {
    id: ConversationId,
    /** The profile with which it can be gone on with. */
    profile: ProfileId,
    /** Where it was begun, and where it must be gone on; inside the roots. */
    directory: DirectoryPath,
    title: lineOrNull(TITLE_CHARS_MAX),
    firstPrompt: lineOrNull(PROMPT_WORDS_CHARS_MAX),
    lastPrompt: lineOrNull(PROMPT_WORDS_CHARS_MAX),
    /** How often a person said something; of one that is cut, at least. */
    prompts: Type.Integer({ minimum: 1 }),
    /** It is so long that its end was not read. */
    isCut: Type.Boolean(),
    /** When something was written to it last. */
    lastAtMs: EpochMs,
    /** The session that is in it now; one that runs elsewhere is not known here. */
    openIn: Type.Union([SessionIdSchema, Type.Null()]),
  },
  { additionalProperties: false },
);
export type Conversation = Readonly<Static<typeof Conversation>>;

export const ConversationQuery = Type.Object(
  {
    /** Words, all of which are in its title, its prompts or its directory. */
    q: Type.Optional(Type.String({ maxLength: CONVERSATION_QUERY_CHARS_MAX })),
    /** Only those in this directory and below. */
    directory: Type.Optional(DirectoryPath),
    /** `next` of the page before. */
    after: Type.Optional(Type.String({ maxLength: 160, pattern: '^[0-9]{1,16}\\.[A-Za-z0-9-]+$' })),
  },
  { additionalProperties: false },
);
export type ConversationQuery = Readonly<Static<typeof ConversationQuery>>;

export const ConversationPage = Type.Object(
  {
    /** Newest first. May be short, or empty, though there are more: a look reads so much and no more. */
    conversations: Type.Array(Conversation, { maxItems: CONVERSATIONS_PER_PAGE_MAX }),
    /** Where the next page goes on; null when this was the last. */
    next: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
);
export type ConversationPage = Readonly<Static<typeof ConversationPage>>;
