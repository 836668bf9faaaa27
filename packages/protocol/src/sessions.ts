/** Sessions as people and other programs see them, and what may be asked of them. */
import { Type, type Static } from 'typebox';
import { AgentStatus, ConversationId, ModelName, PermissionMode } from './agents.ts';
import { SessionIdSchema, UserIdSchema } from './ids.ts';
import {
  DIRECTORY_ENTRIES_MAX,
  PATH_CHARS_MAX,
  PREVIEW_COLS_MAX,
  PREVIEW_ROWS,
  PROMPT_BYTES_MAX,
  SESSION_NAME_CHARS_MAX,
  TITLE_CHARS_MAX,
} from './limits.ts';
import { TerminalSize } from './terminal/size.ts';
import { BranchName, NewWorktree } from './worktrees.ts';

/** starting → running → exited; lost when the pane vanished and nobody saw how. */
export const Phase = Type.Union([
  Type.Literal('starting'),
  Type.Literal('running'),
  Type.Literal('exited'),
  Type.Literal('lost'),
]);
export type Phase = Static<typeof Phase>;

export const EngineName = Type.Union([Type.Literal('tmux'), Type.Literal('pty')]);
export type EngineName = Static<typeof EngineName>;

export const ProfileId = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });

/**
 * A name is shown in lists, titles and notifications: no control characters, no line breaks, nothing
 * that turns the direction of the text around it (U+202A–E, U+2066–9). No half of a surrogate pair,
 * which no file, database or argument can hold. Something in it must be visible.
 */
export const SessionName = Type.String({
  minLength: 1,
  maxLength: SESSION_NAME_CHARS_MAX,
  pattern:
    '^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]*$',
});

/**
 * Absolute, no NUL, no half of a surrogate pair: what is checked is what is opened. Whether it lies
 * inside the allowed roots is for the worker to find out.
 */
export const DirectoryPath = Type.String({
  minLength: 1,
  maxLength: PATH_CHARS_MAX,
  pattern: '^/[^\\u0000\\ud800-\\udfff]*$',
});

const EpochMs = Type.Integer({ minimum: 0 });

/** What the worker keeps of a session on disk. */
export const SessionRecord = Type.Object(
  {
    id: SessionIdSchema,
    name: SessionName,
    profile: ProfileId,
    engine: EngineName,
    directory: DirectoryPath,
    phase: Phase,
    createdAtMs: EpochMs,
    createdBy: UserIdSchema,
    endedAtMs: Type.Union([EpochMs, Type.Null()]),
    /** Exit code of the program; null while it runs, when a signal ended it or when it is lost. */
    exitCode: Type.Union([Type.Integer(), Type.Null()]),
    exitSignal: Type.Union([Type.Integer(), Type.Null()]),
    size: TerminalSize,
    /** The newest that the agent told of; null of a program that has none, or none that we know. */
    conversation: Type.Union([ConversationId, Type.Null()]),
    /** As chosen when it was made, for when it is resumed; null: what the program does by itself. */
    permissionMode: Type.Union([PermissionMode, Type.Null()]),
    model: Type.Union([ModelName, Type.Null()]),
    /** Of the git worktree that was made for it, and that its directory is in; null: none was. */
    branch: Type.Union([BranchName, Type.Null()]),
  },
  { additionalProperties: false },
);
export type SessionRecord = Readonly<Static<typeof SessionRecord>>;

/** A session as the list shows it: the record and what is known of it right now. */
export const SessionSummary = Type.Object(
  {
    ...SessionRecord.properties,
    /** Left out rather than null: a worker of before has none, a gateway of before takes none. */
    branch: Type.Optional(BranchName),
    /** The program's own title (OSC 0, 2), empty when it set none. */
    title: Type.String({ maxLength: TITLE_CHARS_MAX }),
    /** Of the program; null when it does not run. */
    pid: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    viewers: Type.Integer({ minimum: 0 }),
    /** Last output or input. */
    activeAtMs: EpochMs,
    /** Last rows of the screen as plain text. */
    preview: Type.Array(Type.String({ maxLength: PREVIEW_COLS_MAX }), { maxItems: PREVIEW_ROWS }),
    /** It has ended, and its program can go on with the conversation. */
    mayResume: Type.Boolean(),
    /** Null of a shell, and of a program of which we can know nothing. */
    agent: Type.Union([AgentStatus, Type.Null()]),
  },
  { additionalProperties: false },
);
export type SessionSummary = Readonly<Static<typeof SessionSummary>>;

/** It travels as one argument of a program, where NUL would cut it off. */
const Prompt = Type.String({
  minLength: 1,
  maxLength: PROMPT_BYTES_MAX,
  pattern: '^[^\\u0000\\ud800-\\udfff]*$',
});

export const CreateSession = Type.Object(
  {
    name: SessionName,
    profile: ProfileId,
    directory: DirectoryPath,
    /** Handed to an agent as its first prompt; a profile without prompts refuses it. */
    prompt: Type.Optional(Prompt),
    /** A past conversation to go on with, in the directory in which it was begun. */
    conversation: Type.Optional(ConversationId),
    /** One that the profile offers; a profile without permission modes refuses it. */
    permissionMode: Type.Optional(PermissionMode),
    /** A profile without models refuses it. */
    model: Type.Optional(ModelName),
    /** Of the repository that the directory is in; the session then runs there, on a new branch. */
    worktree: Type.Optional(NewWorktree),
    engine: Type.Optional(EngineName),
    size: Type.Optional(TerminalSize),
  },
  { additionalProperties: false },
);
export type CreateSession = Readonly<Static<typeof CreateSession>>;

export const RenameSession = Type.Object({ name: SessionName }, { additionalProperties: false });
export type RenameSession = Readonly<Static<typeof RenameSession>>;

/** A program that sessions can be started with, and whether this worker has it. */
export const ProfileSummary = Type.Object(
  {
    id: ProfileId,
    label: Type.String(),
    available: Type.Boolean(),
    /** Printed by the program; null when it is not there or has no way to say. */
    version: Type.Union([Type.String(), Type.Null()]),
    takesPrompt: Type.Boolean(),
    /** Which may be chosen when a session is made; empty where there is nothing to choose. */
    permissionModes: Type.Array(PermissionMode),
    takesModel: Type.Boolean(),
    /** Suggestions; another name may be given too. */
    models: Type.Array(ModelName),
    /** Whether a conversation can be gone on with, and copied, in a new session. */
    canResume: Type.Boolean(),
    canFork: Type.Boolean(),
    /** Whether sessions of it have an agent status. */
    isAgent: Type.Boolean(),
    /** In words, when it is not available; a command in them stands between backticks. */
    advice: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
);
export type ProfileSummary = Readonly<Static<typeof ProfileSummary>>;

export const DirectoryEntry = Type.Object(
  {
    /** The last part of the path; of a root, the whole of it. */
    name: Type.String(),
    path: DirectoryPath,
    isRepository: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type DirectoryEntry = Readonly<Static<typeof DirectoryEntry>>;

/** One directory for the picker: its sub-directories, files left out. */
export const DirectoryListing = Type.Object(
  {
    /** Null when this is the list of the roots, of which there are several. */
    path: Type.Union([DirectoryPath, Type.Null()]),
    /** Null at a root: what lies above it is nobody's business. Ask without a path for the roots. */
    parent: Type.Union([DirectoryPath, Type.Null()]),
    entries: Type.Array(DirectoryEntry, { maxItems: DIRECTORY_ENTRIES_MAX }),
    /** More entries exist than are listed. */
    isTruncated: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type DirectoryListing = Readonly<Static<typeof DirectoryListing>>;
