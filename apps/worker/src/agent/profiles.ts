/** The programs that sessions can be started with, as data: what differs between them stands here. */

export interface Profile {
  /** As ProfileId of the protocol. */
  readonly id: string;
  readonly label: string;
  /** A program to be looked for, or the shell of the account that the worker runs as. */
  readonly command: { readonly find: string } | 'login-shell';
  /** Looked into after PATH; `~` is HOME. Installers put programs where a service does not look. */
  readonly places: readonly string[];
  /** Prints the version; null where there is no common way to ask. */
  readonly versionArgv: readonly string[] | null;
  /**
   * Arguments of a new session. `{uuid}` becomes an id of the agent's own session, made of ours;
   * `{name}` the session's name. A placeholder never splits into several arguments.
   */
  readonly argv: readonly string[];
  /** How a first prompt is handed over; null when the program takes none. */
  readonly prompt: 'last-argument' | null;
  readonly env: Readonly<Record<string, string>>;
  /** In words, for the person who finds it missing. */
  readonly advice: string;
}

/**
 * `--name=` in one argument: a name that begins with "-" is still a name. The environment, in order:
 * an update would replace the program under a running session; the left arrow would move the
 * session out of our pane; tmux would be taken for a terminal of 256 colours; the alternate screen
 * has no scrollback that a person could read or search.
 */
const CLAUDE: Profile = {
  id: 'claude',
  label: 'Claude Code',
  command: { find: 'claude' },
  places: ['~/.local/bin', '~/.claude/local'],
  versionArgv: ['--version'],
  argv: ['--session-id', '{uuid}', '--name={name}'],
  prompt: 'last-argument',
  env: {
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_AGENT_VIEW: '1',
    CLAUDE_CODE_TMUX_TRUECOLOR: '1',
    CLAUDE_CODE_DISABLE_ALTERNATE_SCREEN: '1',
  },
  advice: 'Install it where the worker runs: npm install -g @anthropic-ai/claude-code',
};

const SHELL: Profile = {
  id: 'shell',
  label: 'Shell',
  command: 'login-shell',
  places: [],
  versionArgv: null,
  argv: ['-l'],
  prompt: null,
  env: {},
  advice: 'Give the account that the worker runs as a login shell, or install bash.',
};

export const BUILT_IN_PROFILES: readonly Profile[] = [CLAUDE, SHELL];
