/** Bounds of the terminal page alone. What both ends of the wire rely on is in the protocol package. */
import { INPUT_BYTES_MAX, KiB, MiB, UNACKED_INPUT_BYTES_MAX } from '@dashboard/protocol/limits';
import { invariant } from '@dashboard/protocol/invariant';

/** One write into xterm.js, which checks its 12 ms budget only between writes. */
export const WRITE_BYTES_MAX = 64 * KiB;
/** Typed or pasted and not yet accepted; what would go beyond is refused with a hint. */
export const PENDING_INPUT_BYTES_MAX = 4 * MiB;
/** Ticket, upgrade and ATTACHED together; then the attempt counts as failed. */
export const ATTACH_TIMEOUT_MS = 10_000;
/** Live for this long, the next loss is a new one and is answered at once. */
export const STABLE_AFTER_MS = 5_000;
/** A drag of the window edge is one resize: Claude Code redraws its scrollback at each. */
export const RESIZE_DEBOUNCE_MS = 120;
/** How long "N bytes skipped" and hints about dropped keys stay. */
export const RESYNC_SHOWN_MS = 8_000;
export const HINT_SHOWN_MS = 3_000;
/** How long a message of the worker stays. */
export const NOTICE_SHOWN_MS = 10_000;
/** Lines kept above the screen, in this browser only: 12 bytes a cell, 12 MB at 200 columns. */
export const SCROLLBACK_LINES_KEPT = 5_000;
/** Characters of lost input that the banner repeats. */
export const LOST_INPUT_CHARS_SHOWN = 200;
/** Text a program may put on the clipboard with OSC 52; longer is ignored. */
export const CLIPBOARD_CHARS_MAX = MiB;
/** A foreign pane that is too wide shrinks to this and no further: the rest is reached by panning. */
export const READABLE_FONT_PX = 7;
/** A foreign pane that is too high shrinks to this; below nobody could tell text from dust. */
export const FONT_PX_MIN = 4;

invariant(INPUT_BYTES_MAX <= UNACKED_INPUT_BYTES_MAX, 'a full INPUT frame could never be sent');
invariant(UNACKED_INPUT_BYTES_MAX < PENDING_INPUT_BYTES_MAX, 'a paste would be refused at once');
invariant(FONT_PX_MIN <= READABLE_FONT_PX, 'a pane too high and too wide would have no font');
