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
   * Arguments of a new session. `{uuid}` becomes an id of the agent's own conversation, made of ours;
   * `{name}` the session's name, `{settings}` the path of the
   * settings that we write for it. A placeholder never splits into several arguments.
   */
  readonly argv: readonly string[];
  /**
   * How a prompt reaches the program: the first as arguments, `{prompt}` among them, or each pasted
   * once it runs. Null when it takes none.
   */
  readonly prompt:
    { readonly via: 'argv'; readonly argv: readonly string[] } | { readonly via: 'paste' } | null;
  /** Instead of argv, to go on with `{conversation}`, and to go on with a copy of it; null: cannot. */
  readonly resumeArgv: readonly string[] | null;
  readonly forkArgv: readonly string[] | null;
  /** Modes that a person may choose, and the arguments that say so, with `{mode}`. */
  readonly permission: {
    readonly modes: readonly string[];
    readonly argv: readonly string[];
  } | null;
  /** Names that are suggested, and the arguments that say which, with `{model}`. */
  readonly model: { readonly names: readonly string[]; readonly argv: readonly string[] } | null;
  /** How its state is known: by everything that Claude Code tells, or by its process alone. */
  readonly agent: 'claude' | 'process' | null;
  readonly env: Readonly<Record<string, string>>;
  /** In words, for the person who finds it missing; a command in them stands between backticks. */
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
  argv: ['--session-id', '{uuid}', '--name={name}', '--settings={settings}'],
  // After "--" nothing is an option, also not a prompt that begins with "-".
  prompt: { via: 'argv', argv: ['--', '{prompt}'] },
  resumeArgv: ['--resume', '{conversation}', '--name={name}', '--settings={settings}'],
  forkArgv: [
    '--resume',
    '{conversation}',
    '--fork-session',
    '--session-id',
    '{uuid}',
    '--name={name}',
  ],
  // Without bypassPermissions: whoever wants that says so in the terminal, not by a click.
  permission: {
    modes: ['manual', 'acceptEdits', 'plan', 'auto', 'dontAsk'],
    argv: ['--permission-mode={mode}'],
  },
  model: { names: ['opus', 'sonnet', 'haiku'], argv: ['--model={model}'] },
  agent: 'claude',
  env: {
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_AGENT_VIEW: '1',
    CLAUDE_CODE_TMUX_TRUECOLOR: '1',
    CLAUDE_CODE_DISABLE_ALTERNATE_SCREEN: '1',
  },
  advice: 'Install it where the worker runs: `npm install -g @anthropic-ai/claude-code`',
};

const SHELL: Profile = {
  id: 'shell',
  label: 'Shell',
  command: 'login-shell',
  places: [],
  versionArgv: null,
  argv: ['-l'],
  prompt: null,
  resumeArgv: null,
  forkArgv: null,
  permission: null,
  model: null,
  agent: null,
  env: {},
  advice: 'Give the account that the worker runs as a login shell, or install bash.',
};

export const BUILT_IN_PROFILES: readonly Profile[] = [CLAUDE, SHELL];
