/** Bounds that concern the gateway alone. What both ends rely on is in @dashboard/protocol/limits. */
import { invariant } from '@dashboard/protocol/invariant';
import { KiB, MiB, PASSWORD_CHARS_MAX, PROMPT_BYTES_MAX } from '@dashboard/protocol/limits';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

// HTTP. Node's own defaults are minutes.

/** A longer body is refused with too_large before it is read. The longest first prompt fits, with room for its escapes. */
export const BODY_BYTES_MAX = 32 * KiB;
/** All header lines of a request; Node's own bound, named so that it cannot drift. */
export const HEADER_BYTES_MAX = 16 * KiB;
/**
 * From the first byte of a request to its last; later, Node answers 408. Says nothing of replies. A file
 * of 20 MiB passes at 3 Mbit/s; a stranger holds a connection no longer than an idle one is kept.
 */
export const REQUEST_TIMEOUT_MS = 60 * SECOND_MS;
export const HEADERS_TIMEOUT_MS = 10 * SECOND_MS;
/** A gateway that is told to stop serves on for this long while its viewers move: DRAIN_MS. */
export const DRAIN_MS = 5 * SECOND_MS;
export const DRAIN_MS_MAX = 8 * SECOND_MS;
/** Then requests under way have this long for their answers before their connections are cut. */
export const LAST_ANSWERS_MS = 4 * SECOND_MS;
/** A connection that is open when nobody is let in any more has this long to say what it wants. */
export const FIRST_WORDS_MS = 250;
/** A collector of traces that takes longer for a batch is an outage. */
export const TRACES_SEND_TIMEOUT_MS = 5 * SECOND_MS;
/** At a stop; what it has not taken by then is lost. */
export const TRACES_FLUSH_MS = 800;
/** Past this after the first signal the process ends with whatever is still open. */
export const STOP_TIMEOUT_MS = 15 * SECOND_MS;
/** An idle connection is closed; longer than the 60 s that proxies keep one, so that they close first. */
export const KEEP_ALIVE_TIMEOUT_MS = 65 * SECOND_MS;
/** A path parameter; ids have 26 and 36 characters. Longer is 404. */
export const PARAM_CHARS_MAX = 64;
/** Of one address in a window, where nothing else is configured: RATE_LIMIT_…. */
export const RATE_LIMIT_REQUESTS = 1_000;
export const RATE_LIMIT_WINDOW_MS = MINUTE_MS;
/** Addresses whose requests are counted at once; the one that was quiet longest is forgotten. */
export const RATE_LIMIT_ADDRESSES_MAX = 10_000;
/** Refusals of one code that have lines in the log, in each window; of the rest one line says how many. */
export const REFUSALS_TOLD_MAX = 10;
export const REFUSALS_WINDOW_MS = 10 * SECOND_MS;

// Tokens and logins.

export const JWT_TTL_MS = HOUR_MS;
export const JWT_TTL_MS_MIN = MINUTE_MS;
export const JWT_TTL_MS_MAX = DAY_MS;
/** Two gateways, or one before and after the machine learns the right time, may differ by this. */
export const CLOCK_SKEW_SECONDS = 60;
/** A login that is not refreshed for this long is over. */
export const LOGIN_TTL_MS = 30 * DAY_MS;
/** Browsers of one person; one more ends the login that was used longest ago. */
export const LOGINS_PER_USER_MAX = 50;
/** Of the tabs of one browser. */
export const STREAMS_PER_LOGIN_MAX = 50;
/** last_seen is written at most this often: a disk synchronisation for each request would be waste. */
export const LAST_SEEN_EVERY_MS = MINUTE_MS;
/** Tabs that refresh at the same moment carry the same token: for this long it leads to the new one. */
export const REFRESH_GRACE_MS = 10 * SECOND_MS;
/** Used refresh tokens that are remembered for each login, to notice a thief; older ones are just unknown. */
export const SPENT_TOKENS_PER_LOGIN_MAX = 256;
/** How long a login that another gateway has ended may go on here. A look costs some microseconds. */
export const LOOK_ELSEWHERE_EVERY_MS = 500;
/** Logins that have run out are forgotten, and their sockets closed. */
export const SWEEP_EVERY_MS = HOUR_MS;
export const USERS_MAX = 1_000;
/** Each code of an authenticator app lasts this long; the one before and the one after count as well. */
export const CODE_PERIOD_MS = 30 * SECOND_MS;
/** Each of one person: every browser, telephone and security key may have one. */
export const PASSKEYS_PER_USER_MAX = 20;
/** What only a proven login may do takes a password or a passkey that was given within this time. */
export const PROOF_TTL_MS = 5 * MINUTE_MS;
/** An invitation that nobody accepts is worth nothing after a weekend. */
export const INVITATION_TTL_MS = 3 * DAY_MS;
/** Open at once; one more is refused. */
export const INVITATIONS_MAX = 100;
/** As long as a browser may ask for a finger or a PIN. */
export const CHALLENGE_TTL_MS = 5 * MINUTE_MS;
/** Challenges that nobody has answered; one more, and the oldest is forgotten. */
export const CHALLENGES_MAX = 10_000;
/** Of one person; each works once. */
export const RECOVERY_CODES = 10;
/** The file of signing keys is looked at this often; a rotation therefore needs no restart. */
export const KEYRING_POLL_MS = 5 * SECOND_MS;
/** Keys in that file. More is a mistake: two are enough for a rotation. */
export const KEYRING_KEYS_MAX = 16;
/** A key stays this much longer than its last token: until every gateway has read the file, and clocks agree. */
export const ROTATION_GRACE_MS = 12 * MINUTE_MS;
export const SETUP_TOKEN_TTL_MS = 15 * MINUTE_MS;
export const TICKET_TTL_MS = 30 * SECOND_MS;
/** Made or used within that time; one more is refused with rate_limited. */
export const TICKETS_MAX = 10_000;
/** That nobody has used yet. */
export const TICKETS_PER_LOGIN_MAX = 50;

// Health and metrics.

/** Less room on the disk, and the report says warning, then failed: what a day of records takes. */
export const DISK_FREE_BYTES_WANTED = 1024 * MiB;
export const DISK_FREE_BYTES_MIN = 100 * MiB;
/** A daily backup that is two hours late. */
export const BACKUP_AGE_MS_MAX = 26 * HOUR_MS;
/** The major version of Node. */
export const NODE_VERSION_WANTED = 24;
/** What the worker finds of its machine is believed for so long: it starts programs to find out. */
export const WORKER_REPORT_FRESH_MS = 30 * SECOND_MS;
/** Of the token for collectors: a word that somebody thought of is none. */
export const METRICS_TOKEN_CHARS_MIN = 32;

// Passwords: 19 MiB and about 20 ms of a core each, so that a burst of logins must wait its turn.

export const HASHES_RUNNING_MAX = 2;
/** Waiting for their turn; one more is refused with rate_limited. About a second of work. */
export const HASHES_WAITING_MAX = 64;

// Failed logins. A success is not counted; nothing locks anybody out for good.

/** Failures without any delay, then 1 s, doubled with each further one, up to the longest. */
export const ACCOUNT_FAILURES_FREE = 5;
export const ADDRESS_FAILURES_FREE = 10;
/** For the whole gateway: a guess from each of many addresses. Known browsers are not held up. */
export const ALL_FAILURES_FREE = 100;
export const DELAY_MS = SECOND_MS;
/** 60 tries an hour at most, once the free ones are gone. */
export const DELAY_MS_MAX = MINUTE_MS;
/** For the whole gateway the delay stays short: a stranger must not be able to keep everybody out. */
export const ALL_DELAY_MS_MAX = 5 * SECOND_MS;
/** Failures are forgotten when none came for this long. */
export const FAILURES_FORGOTTEN_MS = 15 * MINUTE_MS;
/** Accounts and addresses whose failures are counted; the one that was quiet longest is forgotten. */
export const THROTTLE_KEYS_MAX = 10_000;
/** Pairs of account and address that have logged in: their failures are counted apart. */
export const KNOWN_PAIRS_MAX = 10_000;

invariant(BODY_BYTES_MAX > PROMPT_BYTES_MAX, 'a full first prompt would be refused');
invariant(BODY_BYTES_MAX > 6 * PASSWORD_CHARS_MAX, 'a full password, escaped, would be refused');
invariant(REQUEST_TIMEOUT_MS <= KEEP_ALIVE_TIMEOUT_MS, 'slow requests would outlast idle ones');
invariant(HEADERS_TIMEOUT_MS <= REQUEST_TIMEOUT_MS, 'Node would refuse to start');
invariant(DISK_FREE_BYTES_MIN < DISK_FREE_BYTES_WANTED, 'failed would come before warning');
invariant(
  DRAIN_MS_MAX + LAST_ANSWERS_MS + 2 * SECOND_MS + TRACES_FLUSH_MS < STOP_TIMEOUT_MS,
  'the database would not be closed in time',
);
invariant(JWT_TTL_MS_MAX < LOGIN_TTL_MS, 'an access token would outlive its login');
invariant(
  ROTATION_GRACE_MS > KEYRING_POLL_MS + CLOCK_SKEW_SECONDS * SECOND_MS,
  'a key would go while tokens of it are carried',
);
