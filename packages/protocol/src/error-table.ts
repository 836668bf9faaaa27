/**
 * Every failure that is expected, in one closed table: its HTTP status, its WebSocket close code,
 * whether trying again helps, and what a person can do. Whatever is not in here is a bug.
 */

interface Meaning {
  readonly httpStatus: number;
  /** A registered code where one says the same (1009, 1011, 1012); otherwise 4000 + status. */
  readonly closeCode: number;
  readonly retryable: boolean;
  /** Shown to people. A full sentence in the imperative. */
  readonly remedy: string;
}

export const ERRORS = {
  invalid_request: {
    httpStatus: 400,
    closeCode: 4400,
    retryable: false,
    remedy: 'Correct what the message names and send it again.',
  },
  unauthenticated: {
    httpStatus: 401,
    closeCode: 4401,
    retryable: false,
    remedy: 'Log in again.',
  },
  invalid_credentials: {
    httpStatus: 401,
    closeCode: 4401,
    retryable: false,
    remedy: 'Check the name and the password.',
  },
  second_factor_needed: {
    httpStatus: 401,
    closeCode: 4401,
    retryable: false,
    remedy: 'Give the code of your authenticator app as well, or a recovery code.',
  },
  proof_needed: {
    httpStatus: 403,
    closeCode: 4403,
    retryable: false,
    remedy: 'Give your password once more; it counts for 5 minutes.',
  },
  wrong_proof: {
    httpStatus: 403,
    closeCode: 4403,
    retryable: false,
    remedy: 'Try again with what you log in with.',
  },
  invalid_setup_token: {
    httpStatus: 401,
    closeCode: 4401,
    retryable: false,
    remedy: 'Use the link that the server printed last; it works once and for 15 minutes.',
  },
  invalid_invitation: {
    httpStatus: 401,
    closeCode: 4401,
    retryable: false,
    remedy: 'Ask for another invitation; each works once and for 72 hours.',
  },
  invalid_ticket: {
    httpStatus: 401,
    closeCode: 4401,
    retryable: true,
    remedy: 'Ask for a new ticket; each works once and for 30 seconds.',
  },
  forbidden: {
    httpStatus: 403,
    closeCode: 4403,
    retryable: false,
    remedy: 'Ask an owner of this dashboard for a role that may do this.',
  },
  foreign_origin: {
    httpStatus: 403,
    closeCode: 4403,
    retryable: false,
    remedy: 'Open the dashboard under its own address, or add the address to ALLOWED_ORIGINS.',
  },
  foreign_host: {
    httpStatus: 421,
    closeCode: 4421,
    retryable: false,
    remedy: 'Open the dashboard under its own address, or add the name to ALLOWED_HOSTS.',
  },
  directory_outside_roots: {
    httpStatus: 403,
    closeCode: 4403,
    retryable: false,
    remedy: 'Choose a directory inside ALLOWED_PROJECT_ROOTS.',
  },
  directory_not_found: {
    httpStatus: 404,
    closeCode: 4404,
    retryable: false,
    remedy: 'Choose a directory that exists and that the worker may enter.',
  },
  not_found: {
    httpStatus: 404,
    closeCode: 4404,
    retryable: false,
    remedy: 'Check the address.',
  },
  session_not_found: {
    httpStatus: 404,
    closeCode: 4404,
    retryable: false,
    remedy: 'Go back to the list of sessions; this one is gone.',
  },
  approval_not_found: {
    httpStatus: 404,
    closeCode: 4404,
    retryable: false,
    remedy: 'Open the terminal of the session; this question is not known here any more.',
  },
  prompt_not_found: {
    httpStatus: 404,
    closeCode: 4404,
    retryable: false,
    remedy: 'Nothing to do; this prompt was withdrawn, or given to the agent long ago.',
  },
  profile_not_found: {
    httpStatus: 404,
    closeCode: 4404,
    retryable: false,
    remedy: 'Choose one of the profiles that the worker offers.',
  },
  profile_unavailable: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Install the program on the worker, or choose another profile.',
  },
  too_slow: {
    httpStatus: 408,
    closeCode: 4408,
    retryable: true,
    remedy: 'Nothing to do: the page comes back by itself when the line is better.',
  },
  conflict: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Reload; somebody changed this in the meantime.',
  },
  not_resumable: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Start a new session; this one left no conversation that its program can go on with.',
  },
  conversation_open: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Go on where this conversation is open, or end that program first.',
  },
  already_answered: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Nothing to do; the first answer counts, and the message says whose it was.',
  },
  prompt_sent: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Look at the terminal; the agent has this prompt already.',
  },
  takes_no_prompts: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Type into the terminal; only sessions of an agent have a queue of prompts.',
  },
  name_taken: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Choose another name; upper and lower case count as the same.',
  },
  last_owner: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Make somebody else an owner first.',
  },
  setup_done: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Log in; the first administrator exists.',
  },
  session_ended: {
    httpStatus: 410,
    closeCode: 4410,
    retryable: false,
    remedy: 'Start a new session; this one has ended.',
  },
  too_large: {
    httpStatus: 413,
    closeCode: 1009,
    retryable: false,
    remedy: 'Send less at once.',
  },
  unsupported_media: {
    httpStatus: 415,
    closeCode: 4415,
    retryable: false,
    remedy: 'Send JSON.',
  },
  unsupported_version: {
    httpStatus: 426,
    closeCode: 4426,
    retryable: false,
    remedy: 'Reload the page; if that does not help, update gateway and worker to one release.',
  },
  rate_limited: {
    httpStatus: 429,
    closeCode: 4429,
    retryable: true,
    remedy: 'Wait for the time that Retry-After names.',
  },
  too_many_sessions: {
    httpStatus: 429,
    closeCode: 4429,
    retryable: true,
    remedy: 'End sessions that are no longer needed, or raise SESSIONS_MAX.',
  },
  too_many_prompts: {
    httpStatus: 429,
    closeCode: 4429,
    retryable: true,
    remedy: 'Wait until the agent has taken some of the prompts that are queued, or withdraw some.',
  },
  too_many_uploads: {
    httpStatus: 409,
    closeCode: 4409,
    retryable: false,
    remedy: 'Start a new session; the files given to one are removed with it.',
  },
  too_many_viewers: {
    httpStatus: 429,
    closeCode: 4429,
    retryable: true,
    remedy: 'Close terminals that are no longer looked at.',
  },
  internal: {
    httpStatus: 500,
    closeCode: 1011,
    retryable: true,
    remedy: 'Look for the request id in the log.',
  },
  launch_failed: {
    httpStatus: 502,
    closeCode: 4502,
    retryable: true,
    remedy: "Read the message; the worker's log has more.",
  },
  overloaded: {
    httpStatus: 503,
    closeCode: 4503,
    retryable: true,
    remedy:
      'End sessions or close terminals; or give the worker more file descriptors (ulimit -n).',
  },
  worker_unavailable: {
    httpStatus: 503,
    closeCode: 4503,
    retryable: true,
    remedy: 'Wait; the gateway connects again by itself. Sessions go on without it.',
  },
  draining: {
    httpStatus: 503,
    closeCode: 1012,
    retryable: true,
    remedy: 'Wait a moment; the page moves to the new gateway by itself.',
  },
  storage_failed: {
    httpStatus: 507,
    closeCode: 4507,
    retryable: true,
    remedy: 'Make room on the disk of the server; sessions go on without their records.',
  },
  deadline_exceeded: {
    httpStatus: 504,
    closeCode: 4504,
    retryable: true,
    remedy: 'Try again; if it stays, look at the health of the worker.',
  },
} as const satisfies Record<string, Meaning>;
