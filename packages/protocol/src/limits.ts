/**
 * Bounds that both ends of the wire rely on. Changing one is a protocol change. What concerns one
 * program alone is in that program's own limits.ts. Start values and their sources: docs/PROTOCOL.md.
 */
import { invariant } from './invariant.ts';

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Largest frame on the Unix socket, its length prefix not counted. A larger one ends the connection. */
export const FRAME_BYTES_MAX = 256 * KiB;
/** The same for JSON between the daemons: a list of 500 sessions with their previews fits. */
export const CONTROL_FRAME_BYTES_MAX = 8 * MiB;
/** A greeting, from somebody who has not proven anything yet. */
export const HANDSHAKE_FRAME_BYTES_MAX = 16 * KiB;
/** Largest message a browser may send: a full INPUT frame and its header. */
export const BROWSER_FRAME_BYTES_MAX = 17 * KiB;
/** Typed or pasted bytes in one INPUT frame; a longer paste is several frames. */
export const INPUT_BYTES_MAX = 16 * KiB;
/** Typed bytes that the pane has not accepted; a viewer holds back the rest of its paste. */
export const UNACKED_INPUT_BYTES_MAX = 64 * KiB;
/** Terminal bytes in one OUTPUT frame: xterm.js checks its 12 ms budget only between writes. */
export const OUTPUT_BYTES_MAX = 64 * KiB;
/** A snapshot longer than a frame is cut into chunks of this size; see SNAPSHOT in frames.ts. */
export const SNAPSHOT_CHUNK_BYTES_MAX = 128 * KiB;
/** Scrollback and screen of one snapshot, all chunks together; older scrollback is left out. */
export const SNAPSHOT_BYTES_MAX = 4 * MiB;

/** Output a viewer may be sent before it acknowledges; adapts between the two bounds below it. */
export const CREDIT_BYTES = 256 * KiB;
export const CREDIT_BYTES_MIN = 128 * KiB;
export const CREDIT_BYTES_MAX = 2 * MiB;
/** A viewer acknowledges after parsing this much more, or ACK_EVERY_MS later, or when it is done. */
export const ACK_EVERY_BYTES = 32 * KiB;
export const ACK_EVERY_MS = 40;

export const COLS_MAX = 1000;
export const ROWS_MAX = 500;
/** The size of a terminal nobody has looked at yet. */
export const DEFAULT_COLS = 120;
export const DEFAULT_ROWS = 32;

/** Lines above the screen that a snapshot carries at attach. */
export const SCROLLBACK_LINES = 1000;

export const SESSION_NAME_CHARS_MAX = 80;
export const TITLE_CHARS_MAX = 256;
export const NOTICE_CHARS_MAX = 500;
export const PROMPT_BYTES_MAX = 16 * KiB;
/** Of why a prompt is in its state. */
export const PROMPT_NOTE_CHARS_MAX = 200;
/** One file that is given to an agent: a photograph, a log. More is cut off with too_large. */
export const UPLOAD_BYTES_MAX = 20 * MiB;
/** As most file systems have it. */
export const UPLOAD_NAME_CHARS_MAX = 255;
export const PATH_CHARS_MAX = 4096;
export const DIRECTORY_ENTRIES_MAX = 1000;
/** Of the name of a branch; a file of that name has to fit into 255 bytes with what git appends. */
export const BRANCH_CHARS_MAX = 200;
/** Branches offered to begin at; those that were committed to longest ago are left out. */
export const BRANCHES_LISTED_MAX = 200;
export const USER_NAME_CHARS_MAX = 64;
export const PASSWORD_CHARS_MIN = 15;
/** One field of what an authenticator answers, base64url. */
export const PASSKEY_FIELD_CHARS_MAX = 8 * KiB;
/** Of who has a second factor. */
export const PASSWORD_CHARS_MIN_OF_TWO = 8;
export const PASSWORD_CHARS_MAX = 256;
/** Of an app, or a recovery code with what people type between its groups. */
export const LOGIN_CODE_CHARS_MAX = 40;
/** Of what a browser calls itself, in a list of logins. */
export const BROWSER_CHARS_MAX = 80;
/** Rows of text that the list of sessions shows of each screen. */
export const PREVIEW_ROWS = 12;
export const PREVIEW_COLS_MAX = 160;

/** What is told of an agent: each a line, or two on a phone. */
export const REASON_CHARS_MAX = 200;
export const EVIDENCE_CHARS_MAX = 80;
export const DOING_CHARS_MAX = 160;
export const LAST_WORDS_CHARS_MAX = 400;
export const MODEL_CHARS_MAX = 128;
export const PERMISSION_MODE_CHARS_MAX = 32;
export const CONVERSATION_CHARS_MAX = 128;
/** Subagents that are counted; one more is not. */
export const SUBAGENTS_MAX = 99;

/** Of what an agent asks: each text of it, and each line. A command of 16 Ki characters is a file. */
export const APPROVAL_TEXT_CHARS_MAX = 16 * KiB;
export const APPROVAL_LINE_CHARS_MAX = 300;
/** Questions that are asked at once (Claude asks up to 4), answers to choose from, and suggestions. */
export const APPROVAL_QUESTIONS_MAX = 8;
export const APPROVAL_OPTIONS_MAX = 12;
export const APPROVAL_SUGGESTIONS_MAX = 8;
/** What a person may write back: a reason, or an answer in their own words. */
export const APPROVAL_MESSAGE_CHARS_MAX = 2_000;

/** Of past conversations: what a page of the list holds, what is shown of a prompt, what is searched for. */
export const CONVERSATIONS_PER_PAGE_MAX = 30;
export const PROMPT_WORDS_CHARS_MAX = 200;
export const CONVERSATION_QUERY_CHARS_MAX = 200;
/** Of a report of usage: its rows, the models of one row, and the limits of accounts. */
export const USAGE_ROWS_MAX = 1_000;
export const USAGE_MODELS_MAX = 8;
export const USAGE_LIMITS_MAX = 50;

/** Of what a doctor's check says. */
export const DOCTOR_WORDS_CHARS_MAX = 500;

/** Of an alert: its title, its text, and what is told of a delivery. */
export const ALERT_TEXT_CHARS_MAX = 200;
export const ALERT_REASON_CHARS_MAX = 200;
/** Addresses of push services and webhooks; those of browsers have up to about 600. */
export const ALERT_TARGET_CHARS_MAX = 2_048;
export const DEVICE_LABEL_CHARS_MAX = 80;
/** One more takes the place of the oldest. */
export const DEVICES_PER_USER_MAX = 20;
export const WEBHOOK_LABEL_CHARS_MAX = 80;
/** One more is refused with conflict. */
export const WEBHOOKS_MAX = 20;
/** Of one person; one more is refused with conflict. */
export const MUTED_SESSIONS_MAX = 1_000;
/** The longest IANA name has 32. */
export const TIME_ZONE_CHARS_MAX = 64;
/** A day. */
export const FINISHED_AFTER_MINUTES_MAX = 1_440;
/** A tab that has not said again what it shows counts as hidden. */
export const PRESENCE_TTL_MS = 60_000;
/** How often a tab says it. */
export const PRESENCE_EVERY_MS = 25_000;

/** Records of the audit trail in one answer. */
export const AUDIT_PAGE_RECORDS = 100;

/** Between the two daemons: a connection that says nothing for this long after accept is closed. */
export const HANDSHAKE_TIMEOUT_MS = 2_000;
export const REQUEST_TIMEOUT_MS = 10_000;

/**
 * How long a browser waits before each try to come back; the last repeats, each ±20 %. A gateway is
 * back after one to two seconds: where tries were a second and two apart then, so was the viewer.
 */
export const RECONNECT_DELAYS_MS = [0, 100, 250, 500, 500, 500, 1000, 1000, 2000, 5000] as const;

invariant(INPUT_BYTES_MAX < BROWSER_FRAME_BYTES_MAX, 'a full INPUT frame would be refused');
invariant(OUTPUT_BYTES_MAX < FRAME_BYTES_MAX, 'a full OUTPUT frame would end the connection');
invariant(SNAPSHOT_CHUNK_BYTES_MAX < FRAME_BYTES_MAX, 'a snapshot would end the connection');
invariant(ACK_EVERY_BYTES <= CREDIT_BYTES_MIN, 'a sender would wait for an ack that never comes');
invariant(CREDIT_BYTES_MIN <= CREDIT_BYTES, 'credit would start below its own floor');
invariant(CREDIT_BYTES <= CREDIT_BYTES_MAX, 'credit would start above its own ceiling');
invariant(PRESENCE_EVERY_MS * 2 < PRESENCE_TTL_MS, 'one lost word would be an absence');
