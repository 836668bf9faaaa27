/**
 * A shell script that becomes the program: tmux runs it in an empty environment, it sets what the
 * program is to have and replaces itself. So no byte of a user passes through tmux, the pane's pid
 * is the program's, and secrets of the environment never stand in an argument that ps(1) shows.
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

export function launchScript({ argv, directory, env }: Launch): string {
  const variables = Object.entries(env);
  const isPlain = ([name]: [string, string]): boolean =>
    NAME.test(name) && !OF_THE_SHELL.test(name);
  const exported = variables
    .filter(isPlain)
    .map(([name, value]) => `export ${name}=${quote(value)}`);
  const passed = variables
    .filter((variable) => !isPlain(variable))
    .map(([name, value]) => quote(`${name}=${value}`));
  const program = argv[0].includes('=') ? ['/bin/sh', '-c', BEHIND_EQUALS, ...argv] : argv;
  const unset = LEFT_BEHIND.flatMap((name) => ['-u', name]);
  const words = ['exec', '/usr/bin/env', ...unset, ...passed, ...program.map(quote)];
  return [
    '/bin/rm -f -- "$0"',
    ...exported,
    `cd -- ${quote(directory)} || exit 126`,
    words.join(' '),
    '',
  ].join('\n');
}

/** env(1) takes a path with "=" in it for a variable. */
const BEHIND_EQUALS = 'unset PWD OLDPWD SHLVL; exec "$0" "$@"';

/** Between single quotes every byte but a single quote is itself. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
