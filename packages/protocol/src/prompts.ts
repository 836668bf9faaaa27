/**
 * What people want an agent to do next: prompts that wait in a queue of their session until the agent
 * is idle, and are given to it once each. A person's own text, which ends in a terminal: nothing in it
 * may be a control character but the tab and the line feed.
 */
import { Type, type Static, type TSchema } from 'typebox';
import { PromptIdSchema, SessionIdSchema, UserIdSchema } from './ids.ts';
import {
  PROMPT_BYTES_MAX,
  PROMPT_NOTE_CHARS_MAX,
  UPLOAD_NAME_CHARS_MAX,
  USER_NAME_CHARS_MAX,
} from './limits.ts';

function closed<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}

const EpochMs = Type.Integer({ minimum: 0 });

/** C0 but tab and line feed, DEL, C1 (of which one begins sequences as ESC does), halves of pairs. */
const REFUSED = '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\ud800-\\udfff';

/** Something in it is visible. At most PROMPT_BYTES_MAX as UTF-8, which the worker counts. */
export const PromptText = Type.String({
  minLength: 1,
  maxLength: PROMPT_BYTES_MAX,
  pattern: `^(?=[\\s\\S]*\\S)[^${REFUSED}]*$`,
});

/**
 * Text from a clipboard as a prompt may hold it: line ends become line feeds, sequences that colour a
 * terminal go, and so does every other character that PromptText refuses.
 */
export function cleanPromptText(text: string): string {
  return text
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/**
 * queued: waits for the agent. sent: is in its input box, and the agent has not said that it took it.
 * accepted: it said so. unconfirmed: it did not, and the text is not given to it again unless a person
 * says so. failed: it could not be given to it.
 */
export const PROMPT_STATES = ['queued', 'sent', 'accepted', 'unconfirmed', 'failed'] as const;
export type PromptState = (typeof PROMPT_STATES)[number];

export const QueuedPrompt = closed({
  id: PromptIdSchema,
  session: SessionIdSchema,
  text: PromptText,
  state: Type.Unsafe<PromptState>(Type.String({ enum: [...PROMPT_STATES] })),
  /** Those of one session are given in this order. */
  place: Type.Number(),
  /** Why it is in its state, where that is not plain. */
  note: Type.Union([Type.String({ maxLength: PROMPT_NOTE_CHARS_MAX }), Type.Null()]),
  /** Who queued it. */
  by: closed({ userId: UserIdSchema, name: Type.String({ maxLength: USER_NAME_CHARS_MAX }) }),
  queuedAtMs: EpochMs,
  /** When it came to its state. */
  sinceMs: EpochMs,
});
export type QueuedPrompt = Readonly<Static<typeof QueuedPrompt>>;

/** The id is the asker's choice: the same twice queues one prompt. */
export const QueuePrompt = closed({ id: PromptIdSchema, text: PromptText });
export type QueuePrompt = Readonly<Static<typeof QueuePrompt>>;

/**
 * text: another one, while it is queued. place: before another one, or last. again: of one that is
 * unconfirmed or failed, a person has looked and wants it given once more.
 */
export const ChangePrompt = Type.Union([
  closed({ what: Type.Literal('text'), text: PromptText }),
  closed({ what: Type.Literal('place'), before: Type.Union([PromptIdSchema, Type.Null()]) }),
  closed({ what: Type.Literal('again') }),
]);
export type ChangePrompt = Readonly<Static<typeof ChangePrompt>>;

/** Those that wait, in their order, behind the newest that were accepted. */
export const PromptList = closed({ prompts: Type.Array(QueuedPrompt) });

/** As the person's machine calls the file; the worker makes a name of it that needs no quotes. */
export const UploadName = Type.String({
  minLength: 1,
  maxLength: UPLOAD_NAME_CHARS_MAX,
  pattern: '^[^\\u0000\\ud800-\\udfff]*$',
});

/** A file that lies where the agent of a session can read it. */
export const Uploaded = closed({
  path: Type.String(),
  name: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
});
export type Uploaded = Readonly<Static<typeof Uploaded>>;
