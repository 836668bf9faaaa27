/** Bounds of parsed screens. What both ends of the wire rely on is in @dashboard/protocol/limits. */
import { invariant } from '@dashboard/protocol/invariant';
import { KiB, MiB, SCROLLBACK_LINES } from '@dashboard/protocol/limits';

/** Lines kept above the screen; older ones fall off. 80 columns of them cost 5 MB. */
export const SCROLLBACK_KEPT_LINES = 5000;
/** Parsed at a stretch before another screen has its turn: about 2 ms at 8 MB/s. */
export const SLICE_BYTES = 16 * KiB;
/**
 * Output waits this long for more before its thread is woken. A key's echo is with its viewers by
 * then: a thread that wakes beside it takes a core away from those who carry it.
 */
export const GATHER_MS = 4;
/** As much in that time is a flood: it is gathered for longer, so that there is much to skim … */
export const FLOOD_BYTES = 32 * KiB;
export const FLOOD_GATHER_MS = 50;
/** … but not beyond this, which is half of what a session lets a screen be behind. */
export const GATHERED_BYTES_MAX = 2 * MiB;
/** In less there is nothing to skim: SCROLLBACK_KEPT_LINES short lines are as long. */
export const SKIM_BYTES_MIN = 64 * KiB;
/** How long a thread parses before it looks at its messages again. */
export const TURN_MS = 8;

/**
 * An escape sequence longer than this is swallowed instead of parsed: a title, link or colour is
 * far shorter, and what is longer (images, clipboards) leaves nothing on a screen of cells.
 */
export const SEQUENCE_BYTES_MAX = 64 * KiB;
/**
 * A synchronized frame (mode 2026) is applied whole unless it is longer or slower than this. With
 * a sequence on top it stays below what an unwatched output log keeps (256 KiB): a snapshot from
 * before the frame still has its tail there.
 */
export const FRAME_HELD_BYTES_MAX = 96 * KiB;
export const FRAME_HELD_MS = 100;

/** Handed in and not parsed. Beyond it everything is forgotten and the screen reported lost. */
export const LAG_BYTES_MAX = 8 * MiB;
/** The thread reports progress after parsing this much, and whenever it has nothing left. */
export const PROGRESS_EVERY_BYTES = 64 * KiB;

/** Hyperlinks (OSC 8) alive on one screen; further ones are printed as plain text. */
export const LINKS_MAX = 4096;
/** A longer address is not a link a person follows. */
export const LINK_CHARS_MAX = 4096;
/** A terminal with LINKS_MAX links is rebuilt to drop the dead ones, at most this often. */
export const REBUILD_EVERY_BYTES = 256 * KiB;
/** UTF-16 units of one cell in a snapshot; more combining characters cannot be told apart. */
export const CELL_CHARS_MAX = 64;
/** Pushed titles; the oldest falls out, as in xterm. */
export const STACK_ENTRIES_MAX = 10;
/** Titles and bells told of one screen: newest title wins, bells in between are one bell. */
export const NOTICE_INTERVAL_MS = 100;
/** UTF-16 units of one row of text(): a row is COLS_MAX cells, the rest is combining characters. */
export const TEXT_ROW_CHARS_MAX = 4096;
/** Scrollback rows that reconcile() compares: enough to tell a screen that missed output. */
export const RECONCILE_LINES = 200;
/** Replies of one turn. A program that asks without end and reads nothing must not fill memory. */
export const REPLIES_PER_SLICE_MAX = 256;

export const THREADS_MAX = 4;
/** JavaScript objects of one thread; the cells lie outside. At the bound the thread restarts. */
export const THREAD_HEAP_MIB_MAX = 1024;
/**
 * What a thread has just made and mostly thrown away. Left to itself V8 takes 100 MB for it under a
 * flood and keeps them; with this it parses as fast (50 MB/s, measured).
 */
export const THREAD_YOUNG_HEAP_MIB_MAX = 16;
/** A thread that has nothing to say for this long after its start is taken for broken. */
export const THREAD_START_TIMEOUT_MS = 10_000;
/** Snapshot, text, reconcile, hibernate: behind LAG_BYTES_MAX at 8 MB/s they take 1 s. */
export const ANSWER_TIMEOUT_MS = 10_000;
/** A thread that died sooner than this after its start is not started again at once. */
export const THREAD_STABLE_MS = 5_000;
export const THREAD_RESTART_PAUSE_MS = 1_000;
/**
 * A thread most of whose screens sleep is replaced, once it is this old: V8 collects nothing while a
 * thread has nothing to do, and malloc keeps what was freed between things that are not. With 100
 * screens of 1,000 lines that is 200 MB; a start takes 0.3 s of one core.
 */
export const THREAD_RENEW_AFTER_MS = 60_000;
export const THREAD_RENEW_CHECK_MS = 15_000;
/** … and for each screen that is awake this many have gone to sleep on it. */
export const THREAD_RENEW_SLEEPERS_PER_AWAKE = 4;

invariant(SCROLLBACK_LINES <= SCROLLBACK_KEPT_LINES, 'attach would show less than promised');
/** xterm.js cuts what it is given at this size, and may lose the character there. */
const XTERM_PIECE_BYTES = 128 * KiB;
invariant(
  FRAME_HELD_BYTES_MAX + 2 * SLICE_BYTES <= XTERM_PIECE_BYTES,
  'a character in the middle of a long frame would be lost',
);
invariant(SEQUENCE_BYTES_MAX <= FRAME_HELD_BYTES_MAX, 'one sequence would break up every frame');
