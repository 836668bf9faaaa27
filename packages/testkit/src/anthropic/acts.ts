/**
 * What a prompt makes the model do. A line that begins with a verb is one act, "BASH: ls"; the acts
 * of a prompt are done one after the other. A prompt without any is answered with words.
 * The fake endpoint and the scripted agent obey the same verbs, so one test can run against both.
 */

const VERBS = [
  /** `SAY: words` */
  'SAY',
  /** `BASH: command` */
  'BASH',
  /** `WRITE: path text` */
  'WRITE',
  /** `READ: path` */
  'READ',
  /** `EDIT: path old=>new` */
  'EDIT',
  /** `ASK: question | choice | choice` */
  'ASK',
  /** `TASK: prompt`: a subagent that obeys the prompt. */
  'TASK',
  /** `PLAN: plan`: asks to leave plan mode with it. */
  'PLAN',
  /** `TODOS: one | two`: a list of steps. */
  'TODOS',
  /** `SLOW: seconds word`: "word 1 word 2 …" for so long. */
  'SLOW',
  /** `THINK: thought`: thinks it, then answers. */
  'THINK',
  /** `HANG:` never answers. */
  'HANG',
  /** `ERR: status` fails for good; `ERR: status times` fails so often and lets the client try again. */
  'ERR',
  /** `LIMIT:` refused until the limit resets; `LIMIT: seconds` says in how many. */
  'LIMIT',
] as const;

export type Verb = (typeof VERBS)[number];

export interface Act {
  readonly verb: Verb;
  /** What stands behind the colon, trimmed. */
  readonly rest: string;
}

const LINE = new RegExp(`^(${VERBS.join('|')}):(.*)$`);

/** A client's own prompts, as the one for a summary, are longer than anybody wants to see again. */
const ECHO_CHARS = 200;

/** @returns at least one */
export function actsOf(prompt: string): readonly [Act, ...Act[]] {
  const acts = prompt.split('\n').flatMap((line) => {
    const [, verb, rest = ''] = LINE.exec(line.trim()) ?? [];
    const known = VERBS.find((each) => each === verb);
    return known === undefined ? [] : [{ verb: known, rest: rest.trim() }];
  });
  const [first, ...more] = acts;
  if (first !== undefined) return [first, ...more];
  return [{ verb: 'SAY', rest: `You said: ${prompt.trim().slice(0, ECHO_CHARS)}` }];
}

/** "a.txt some words" → `a.txt`, `some words`. */
export function firstWord(rest: string): readonly [string, string] {
  const at = rest.indexOf(' ');
  return at === -1 ? [rest, ''] : [rest.slice(0, at), rest.slice(at + 1)];
}

/** "one | two" → `one`, `two`. */
export function choices(rest: string): readonly string[] {
  return rest
    .split('|')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
