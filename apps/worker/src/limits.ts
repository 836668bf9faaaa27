/**
 * Bounds of the worker outside its sessions: directories, profiles, records, configuration.
 * Those of a session are in session/limits.ts, those of the wire in @dashboard/protocol/limits.
 */
import { KiB, MiB, SNAPSHOT_BYTES_MAX, UPLOAD_BYTES_MAX } from '@dashboard/protocol/limits';
import { invariant } from '@dashboard/protocol/invariant';

/** Names read of one directory before the listing says that there are more. About 50 ms of disk. */
export const DIRECTORY_SCAN_MAX = 20_000;
/** Entries looked into at once: libuv has four threads, and sessions need them too. */
export const DIRECTORY_PROBES_AT_ONCE = 32;
/** Of a path that an error repeats. */
export const PATH_ECHO_CHARS_MAX = 200;

/** Files that people give to one session, and their bytes, all together. */
export const UPLOADS_PER_SESSION_MAX = 200;
export const UPLOADS_BYTES_MAX = 500 * MiB;
/** Files being received at once, of all sessions; one more is refused with rate_limited. */
export const UPLOADS_OPEN_MAX = 16;
/** Of the name that is made for a file. */
export const UPLOAD_MADE_NAME_CHARS_MAX = 80;

/** A program that does not tell its version within this time is taken for missing. */
export const PROBE_TIMEOUT_MS = 5_000;
/** Printed by a probe; one that prints more is killed. */
export const PROBE_OUTPUT_BYTES_MAX = 64 * KiB;
/** Of a version that is shown. */
export const VERSION_CHARS_MAX = 64;
/** What a probe found is believed for this long; an asker after that gets the old and starts a new one. */
export const PROBE_FRESH_MS = 60_000;

/** Of one command of git; to check out a large tree takes a while, and who waits for it gives up after 20 s. */
export const GIT_TIMEOUT_MS = 15_000;
/** Printed by git; one that prints more is killed. */
export const GIT_OUTPUT_BYTES_MAX = 1 * MiB;
/** Of what git says of a failure. */
export const GIT_WORDS_CHARS_MAX = 300;

/** A screen on disk is never longer than one on the wire. */
export const SCREEN_BYTES_MAX = SNAPSHOT_BYTES_MAX;
/** Screens of ended sessions, all together, compressed; those that ended first go first. */
export const SCREENS_BYTES_MAX = 64 * MiB;

export const SESSIONS_MAX_DEFAULT = 100;
export const SESSIONS_MAX_MAX = 500;
/** A week: longer is as good as never. */
export const SESSION_IDLE_TIMEOUT_MS_MAX = 7 * 24 * 3_600_000;
/** Shorter, and a pause for thought would end a session. */
export const SESSION_IDLE_TIMEOUT_MS_MIN = 1_000;
/** sun_path has 108 bytes on Linux and 104 on macOS, its end included. */
export const SOCKET_PATH_BYTES_MAX = 100;

invariant(SCREEN_BYTES_MAX <= SCREENS_BYTES_MAX, 'a full screen could never be kept');
invariant(UPLOAD_BYTES_MAX <= UPLOADS_BYTES_MAX, 'a full file could never be kept');
