/**
 * The environment of what runs in a session: built from nothing by a list of names. What is not
 * named stays with the worker, so that a new secret of ours cannot reach a session by being forgotten.
 */
import type { Environment } from '@dashboard/runtime/config';

const PERSON = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'TMPDIR', 'TZ', 'SSH_AUTH_SOCK'];
const TASTE = ['LANG', 'LANGUAGE', 'EDITOR', 'VISUAL', 'PAGER'];
const NETWORK = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];
const CERTIFICATES = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'];
/** Which cloud Claude asks; the credentials themselves come from the files of that cloud. */
const CLOUDS = ['AWS_PROFILE', 'AWS_REGION', 'CLOUD_ML_REGION', 'GOOGLE_CLOUD_PROJECT'];
/**
 * Chosen one by one: others of this prefix say "you run inside Claude Code" (CLAUDE_CODE_SESSION_ID,
 * CLAUDE_CODE_CHILD_SESSION, CLAUDE_CODE_MESSAGING_*), which a worker started from there would pass on.
 */
const CLAUDE = [
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_SKIP_BEDROCK_AUTH',
  'CLAUDE_CODE_SKIP_VERTEX_AUTH',
  'CLAUDE_CODE_SKIP_FOUNDRY_AUTH',
  'CLAUDE_CODE_API_KEY_HELPER_TTL_MS',
  'CLAUDE_CODE_MAX_OUTPUT_TOKENS',
  'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC',
  'CLAUDE_CODE_SUBPROCESS_ENV_SCRUB',
];

const NAMES: ReadonlySet<string> = new Set([
  ...PERSON,
  ...TASTE,
  ...NETWORK,
  ...NETWORK.map((name) => name.toUpperCase()),
  ...CERTIFICATES,
  ...CLOUDS,
  ...CLAUDE,
]);
const PREFIXES = ['LC_', 'XDG_', 'ANTHROPIC_'];

/** What the terminal of every session can do. An engine that is a terminal itself may say more. */
const TERMINAL = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

/** @param own environment that the worker was started with */
export function sessionEnvironment(own: Environment): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && mayPass(name)) env[name] = value;
  }
  // Without any of them programs take every byte above 127 for a mistake.
  const saysEncoding = ['LC_ALL', 'LC_CTYPE', 'LANG'].some((name) => env[name]);
  if (!saysEncoding) env['LANG'] = 'C.UTF-8';
  return { ...env, ...TERMINAL };
}

function mayPass(name: string): boolean {
  return NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}
