/**
 * Finds out which of a program's questions this tmux answers, by asking each once in a pane of its
 * own. Between 3.3 and 3.7 tmux learned to answer several, and both a missing and a second answer
 * are typed into the program as if a person had done it; a table by version would be a guess.
 */
import type { QueryKind } from '../session/ports.ts';

interface Query {
  readonly ask: string;
  /** In what `cat -v` makes of the answer: "^[" for ESC. */
  readonly answer: RegExp;
}

const QUERIES = {
  da1: { ask: '\\033[c', answer: /\^\[\[\?[\d;]+c/ },
  da2: { ask: '\\033[>c', answer: /\^\[\[>[\d;]+c/ },
  da3: { ask: '\\033[=c', answer: /\^\[P!\|/ },
  dsr: { ask: '\\033[6n', answer: /\^\[\[\d+;\d+R/ },
  decrqm: { ask: '\\033[?2026$p\\033[?2004$p', answer: /\^\[\[\?\d+;\d\$y/ },
  decrqss: { ask: '\\033P$qm\\033\\\\', answer: /\^\[P[01]\$r/ },
  'osc-colour': {
    ask: '\\033]4;1;?\\033\\\\\\033]10;?\\033\\\\\\033]11;?\\033\\\\\\033]12;?\\033\\\\',
    answer: /\^\[\](?:4;1|1[012]);/,
  },
  xtversion: { ask: '\\033[>q', answer: /\^\[P>\|/ },
  'kitty-keyboard': { ask: '\\033[?u', answer: /\^\[\[\?\d+u/ },
  xtwinops: { ask: '\\033[14t\\033[16t\\033[18t', answer: /\^\[\[[468];\d+;\d+t/ },
} as const satisfies Record<QueryKind, Query>;

const KINDS = Object.keys(QUERIES) as QueryKind[]; // the keys of a Record<QueryKind, …>

/** "Are you well?" comes last. Every tmux answers it, and answers in order. */
const LAST_ASK = '\\033[5n';
const LAST_ANSWER = '^[[0n';

/**
 * A program for sh -c. cat -v shows the answers in a form that is no question itself: as it stands,
 * the answer to DA2 asks DA2 again.
 */
export const ASK_ALL = [
  'stty raw -echo',
  ...Object.values(QUERIES).map(({ ask }) => `printf '${ask}'`),
  `printf '${LAST_ASK}'`,
  'exec cat -v',
].join('; ');

/** What tmux 3.3a answers, for when it cannot be asked. */
export const ANSWERED_AT_LEAST: readonly QueryKind[] = [
  'da1',
  'da2',
  'dsr',
  'xtversion',
  'xtwinops',
];

/** @returns undefined until all answers are there */
export function answeredIn(printed: string): readonly QueryKind[] | undefined {
  if (!printed.includes(LAST_ANSWER)) return undefined;
  return KINDS.filter((kind) => QUERIES[kind].answer.test(printed));
}

/** As commands.rememberAnswers keeps them. @returns undefined when this server was never asked */
export function parseAnswers(kept: string): readonly QueryKind[] | undefined {
  const [mark, ...kinds] = kept.split(' ');
  return mark === 'asked' ? KINDS.filter((kind) => kinds.includes(kind)) : undefined;
}
