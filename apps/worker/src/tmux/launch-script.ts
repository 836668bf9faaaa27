/**
 * A shell script that becomes the program: tmux runs it in an empty environment, it sets what the
 * program is to have and replaces itself. So no byte of a user passes through tmux, and secrets of
 * the environment never stand in an argument that ps(1) shows.
 *
 * tmux runs the script once, as the pane's process, and that runs it again, as the program. The first
 * stays behind the program for a moment: before 3.7, tmux throws away what it has not read when the
 * pane's process ends (9 of 200 times after 200 KB, measured on 3.3a).
 */
import type { PaneSpec } from '../session/ports.ts';

export type Launch = Pick<PaneSpec, 'argv' | 'directory' | 'env'>;

/** Names that any shell takes in an assignment. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/**
 * Names that some shell sets, reads or refuses to set (dash, bash, busybox), and those that change
 * what env(1) does. They go through the argv of env(1): none of them is a place for a secret.
 */
const OF_THE_SHELL = new RegExp(
  `^(?:${[
    ...[
      '_',
      'PWD',
      'OLDPWD',
      'SHLVL',
      'PATH',
      'IFS',
      'ENV',
      'CDPATH',
      'PS\\d',
      'OPT(?:IND|ARG|ERR)',
    ],
    ...['PPID', 'E?UID', 'GROUPS', 'LINENO', 'S?RANDOM', 'SECONDS', 'EPOCH\\w*', 'BASH\\w*'],
    ...['SHELLOPTS', 'POSIXLY_CORRECT', 'LANG\\w*', 'LC_\\w*', 'NLSPATH', 'LOCPATH', 'GCONV_PATH'],
    ...['HIST\\w*', 'COLUMNS', 'LINES', 'TERM', 'TMOUT', 'FUNC\\w*', 'DIRSTACK', 'PIPESTATUS'],
    ...['COMP_\\w*', 'HOST\\w*', 'MACHTYPE', 'OSTYPE', 'IGNOREEOF', '\\w*IGNORE', 'MAIL\\w*'],
    ...['LD_\\w*', 'DYLD_\\w*', 'MALLOC_\\w*', 'GLIBC_\\w*'],
  ].join('|')})$`,
);

/** Variables a shell exports by itself, or that `cd` leaves behind. */
const LEFT_BEHIND = ['PWD', 'OLDPWD', 'SHLVL', '_'];

/**
 * How long the process behind the program stays when no worker is there to let it go. tmux has to
 * read the 64 KiB that the kernel keeps of a terminal's output; alone it needs 10 ms for that.
 */
const LINGER_SECONDS = 1;

/**
 * The pane's process. Signals of the terminal are the program's; a handler that does nothing keeps
 * them from this process and, other than ignoring them, is not inherited. But for the hangup: of a
 * terminal that closes (tmux was killed) the kernel tells this process alone, and the program only
 * when this one dies of it. It holds no secret, and says nothing itself: a shell would report a
 * signal that killed the program.
 */
function stayBehind(tellOver: string): readonly string[] {
  return [
    'if [ $# -eq 0 ]; then',
    '  trap : INT QUIT TERM ALRM USR1 USR2',
    '  exec 3>&2 2>/dev/null',
    '  /bin/sh "$0" program 2>&3 3>&-',
    '  code=$?',
    `  trap 'kill $!; exit $code' ${LET_GO_SIGNAL}`,
    `  /bin/sleep ${LINGER_SECONDS} </dev/null >/dev/null 3>&- &`,
    `  ${tellOver}`,
    '  wait $!',
    '  exit $code',
    'fi',
  ];
}

/** Ends the process behind a program that has told its end. */
export const LET_GO_SIGNAL = 'USR1';

/** Where and under which name the start of the program, its pid and its end are told. */
export interface NoticePlace {
  readonly fifo: string;
  readonly name: string;
}

export function launchScript(launch: Launch, { fifo, name }: NoticePlace): string {
  const { argv, directory, env } = launch;
  // Open for both, so that it does not wait for a reader; without the test it would make a file.
  const tell = (what: string): string => `[ -p ${quote(fifo)} ] && echo ${what} 1<>${quote(fifo)}`;
  const variables = Object.entries(env);
  const isPlain = ([variable]: [string, string]): boolean =>
    NAME.test(variable) && !OF_THE_SHELL.test(variable);
  const exported = variables.filter(isPlain).map(([key, value]) => `export ${key}=${quote(value)}`);
  const passed = variables
    .filter((variable) => !isPlain(variable))
    .map(([key, value]) => quote(`${key}=${value}`));
  const program = argv[0].includes('=') ? ['/bin/sh', '-c', BEHIND_EQUALS, ...argv] : argv;
  const unset = LEFT_BEHIND.flatMap((variable) => ['-u', variable]);
  return [
    ...stayBehind(tell(`over ${name}`)),
    '/bin/rm -f -- "$0"',
    tell(`started ${name} $$`),
    ...exported,
    `cd -- ${quote(directory)} || exit 126`,
    ['exec', '/usr/bin/env', ...unset, ...passed, ...program.map(quote)].join(' '),
    '',
  ].join('\n');
}

/** env(1) takes a path with "=" in it for a variable. */
const BEHIND_EQUALS = 'unset PWD OLDPWD SHLVL; exec "$0" "$@"';

/** Between single quotes every byte but a single quote is itself. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
