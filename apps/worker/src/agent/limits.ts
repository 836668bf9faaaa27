/** Bounds of what is watched of agents, and of what they may tell. */
import { KiB, MiB } from '@dashboard/protocol/limits';
import { invariant } from '@dashboard/protocol/invariant';

/** The registry is believed against a hook that is older; a younger one may be ahead of the file. */
export const HOOK_FRESH_MS = 1_500;
/** What the agent wrote down after it had told us of a turn is believed sooner: it knows of Esc. */
export const REGISTRY_AHEAD_MS = 250;
/** A prompt that waited for the end of a turn has its own begun so soon after it. */
export const NEXT_TURN_MS = 2_000;
/** Hooks that were under way when a person interrupted arrive within this time; they mean nothing. */
export const LATE_HOOK_MS = 2_000;
/** Hooks that an agent does not wait for overtake each other within this time, and by so many processes. */
export const OVERTAKEN_WITHIN_MS = 2_000;
export const HOOK_PIDS_APART_MAX = 8_192;
/** No hook for so long after the agent was there: its hooks are inactive. */
export const HOOKS_SILENT_MS = 10_000;
/** A program that has told nothing for so long is no longer said to be starting. */
export const STARTING_MS = 60_000;
/** Without a registry, a state that nothing bears out for so long is only likely, and then unknown. */
export const DOUBTFUL_AFTER_MS = 90_000;
export const UNKNOWN_AFTER_MS = 600_000;

/** How often each agent's time passes: old signals are looked at against the others. */
export const TICK_MS = 500;
/** Registry and transcript are read again this often, whether or not the kernel told of a change. */
export const LOOK_EVERY_MS = 1_000;
/** What changes without the state: at most this often for each session. */
export const TELL_EVERY_MS = 250;

/** Seen: 1 KiB. A longer file is none of Claude's. */
export const REGISTRY_BYTES_MAX = 16 * KiB;
/** Files of the registry that are looked through for a conversation. */
export const REGISTRY_FILES_MAX = 500;
/** Of a transcript: read at once, and of one line; a longer one is skipped. */
export const TRANSCRIPT_READ_BYTES = 256 * KiB;
export const TRANSCRIPT_LINE_BYTES_MAX = 1 * MiB;
/** Where the reading of a transcript begins that is there already: before its end. */
export const TRANSCRIPT_TAIL_BYTES = 64 * KiB;

/** Directories of projects that are looked through for transcripts; and transcripts in all of them. */
export const TRANSCRIPT_PROJECTS_MAX = 5_000;
export const TRANSCRIPTS_MAX = 20_000;
export const CONVERSATIONS_STAT_AT_ONCE = 64;

/** Of one conversation: what is read for the list, and what of its prompts is kept to be searched. */
export const TRANSCRIPT_DIGEST_BYTES_MAX = 32 * MiB;
export const DIGEST_TEXT_CHARS_MAX = 4 * KiB;
/** Conversations whose digest is kept: some 10 MiB when all of them are long. */
export const CONVERSATIONS_REMEMBERED_MAX = 2_000;
/** What one look at the list may read before its page ends; to open a file counts as reading so much. */
export const CONVERSATIONS_READ_BYTES_MAX = 64 * MiB;
export const LOOK_COSTS_BYTES = 64 * KiB;
/** Transcripts of one conversation's subagents that are counted. */
export const SUBAGENT_TRANSCRIPTS_MAX = 1_000;
/** Conversations of one session that are still read: with each /clear another begins. */
export const CONVERSATIONS_READ_MAX = 4;
/** Transcripts are written after the signals that tell of it: they are looked at for so long after one. */
export const USAGE_AFTER_SIGNAL_MS = 10_000;
/** Of one conversation, counted in one go; the rest follows with the next sweep. */
export const USAGE_READ_BYTES_MAX = 8 * MiB;
/** An id of a message and one of its request; what is longer is none. */
export const MESSAGE_KEY_CHARS_MAX = 200;

/** Settings of the user that are looked into for a status line. */
export const SETTINGS_BYTES_MAX = 1 * MiB;
/** `.claude.json`, which holds the history of every project. */
export const CLAUDE_JSON_BYTES_MAX = 32 * MiB;

/** A hook that only tells waits so long for an answer, and one that may be answered. */
export const HOOK_TIMEOUT_S = 1;
export const DECISION_TIMEOUT_S = 3_300;
/** Claude's own patience with each, above ours: a hook that is killed is reported to the person. */
export const HOOK_PATIENCE_S = 5;
export const DECISION_PATIENCE_S = 3_600;

/** Questions of agents that are held at once: of all, and of one session. One more asks its terminal alone. */
export const APPROVALS_MAX = 200;
export const APPROVALS_PER_SESSION_MAX = 20;
/** Those that are over, for whoever answers too late. */
export const APPROVALS_REMEMBERED_MAX = 500;
/** A question is let go before its hook's own end, which would look like the agent's doing. */
export const APPROVAL_HOLD_MS = (DECISION_TIMEOUT_S - 20) * 1_000;
/** A subagent's dialog does not open before its hook has ended: nobody at the terminal could answer. */
export const SUBAGENT_HOLD_MS = 30_000;
/** The registry is between two dialogs for a moment; what it says for longer is believed. */
export const REGISTRY_SETTLED_MS = 500;
/** What an agent does about an answer is seen within this time, or the answer is not confirmed. */
export const CONFIRM_WITHIN_MS = 10_000;

/** Prompts of one session that wait; one more is refused with too_many_prompts. */
export const PROMPTS_WAITING_MAX = 50;
/** Accepted ones of a session that are remembered: whoever sends one of them again queues nothing. */
export const PROMPTS_ACCEPTED_MAX = 50;
/** Of those, how many a list shows. */
export const PROMPTS_ACCEPTED_SHOWN = 5;
/** Withdrawn ones that are remembered, of all sessions, for the same. */
export const PROMPTS_WITHDRAWN_MAX = 500;
/** From a paste to its Enter: less than 150 ms, and Claude Code takes both for one paste. */
export const ENTER_AFTER_MS = 200;
/** An Enter that brings nothing within this time is pressed once more; then a person has to look. */
export const TAKEN_WITHIN_MS = 5_000;
export const ENTERS_MAX = 2;
/** Nothing is given to an agent in whose terminal somebody typed so shortly before. */
export const TYPING_PAUSE_MS = 3_000;
/** A program that tells nothing is taken for idle when its screen has not changed for so long. */
export const MUTE_QUIET_MS = 2_000;
/** While nothing tells that a prompt was taken, its transcript is looked at this often. */
export const TRANSCRIPT_LOOK_EVERY_MS = 1_000;
/** How much of the end of a transcript is looked through for a prompt. */
export const TRANSCRIPT_SEARCH_BYTES = 4 * MiB;
/** After the disk refused to keep a prompt, none is given to its agent for so long. */
export const PROMPTS_REST_MS = 5_000;

/** A screen is looked at so often while the question of trust is answered, and for so long. */
export const TRUST_LOOK_EVERY_MS = 100;
export const TRUST_WITHIN_MS = 8_000;

/** Profiles of one file, and its size. */
export const OWN_PROFILES_MAX = 50;
export const PROFILES_FILE_BYTES_MAX = 256 * KiB;

/** Since then it writes its registry, and says there what it waits for. */
export const CLAUDE_VERSION_MIN = '2.1.139';
export const CLAUDE_VERSION_WANTED = '2.1.212';
export const TMUX_VERSION_MIN = '3.3';
/** Less, and records soon cannot be kept; and what is worth a word. */
export const DISK_FREE_BYTES_MIN = 100 * MiB;
export const DISK_FREE_BYTES_WANTED = 1024 * MiB;

invariant(HOOK_TIMEOUT_S < HOOK_PATIENCE_S, 'Claude would kill a hook that waits for us');
invariant(DECISION_TIMEOUT_S < DECISION_PATIENCE_S, 'Claude would kill a hook that waits for us');
invariant(SUBAGENT_HOLD_MS < APPROVAL_HOLD_MS, 'a subagent would be held longer than its agent');
invariant(ENTER_AFTER_MS >= 150, 'an Enter would be taken for a part of the paste before it');
invariant(PROMPTS_ACCEPTED_SHOWN <= PROMPTS_ACCEPTED_MAX, 'a list would show what is forgotten');
invariant(TRANSCRIPT_READ_BYTES < TRANSCRIPT_LINE_BYTES_MAX, 'a long line would never be skipped');
invariant(TRANSCRIPT_READ_BYTES <= TRANSCRIPT_DIGEST_BYTES_MAX, 'no conversation would be whole');
invariant(DOUBTFUL_AFTER_MS < UNKNOWN_AFTER_MS, 'a state would be unknown before it is doubtful');
