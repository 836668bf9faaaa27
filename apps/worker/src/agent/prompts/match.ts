/** Whether what an agent says it was told is a prompt that we gave it. Pure. */

/** `!` in front would make the prompt a command of the shell, run without a question. */
const SHELL_MARK = '!';
/** Claude Code puts a long paste between these. */
const PASTED = /<\/?pasted_content(?: id="[^"]*")?>/g;
/** How a transcript writes a command down. */
const COMMAND = /^<command-name>(\S+)<\/command-name>/;
const COMMAND_ARGUMENTS = /<command-args>([^]*)<\/command-args>/;
/** What a subagent found is told as a prompt, too. */
const NOTIFICATION = '<task-notification>';
/** A shorter one is the end, or a part, of too many things. */
const END_CHARS_MIN = 4;
const PART_CHARS_MIN = 16;

/** As it is put into the input box of an agent. */
export function givenText(text: string): string {
  return text.startsWith(SHELL_MARK) ? ` ${text}` : text;
}

/** A command of the agent itself, which may open a dialog instead of being a prompt. */
export function isCommand(text: string): boolean {
  return text.startsWith('/');
}

/**
 * Blanks do not count: a tab arrives as four spaces, and line ends at the end are cut off.
 * @returns `among`: something else stood in the input box, too
 */
export function isSaid(text: string, told: string): 'exactly' | 'among' | undefined {
  const [wanted, got] = [squeezed(text), squeezed(commandIn(told) ?? told)];
  if (got === wanted) return 'exactly';
  if (got.startsWith(NOTIFICATION)) return undefined;
  const isEnd = wanted.length >= END_CHARS_MIN && got.endsWith(wanted);
  const isPart = wanted.length >= PART_CHARS_MIN && got.includes(wanted);
  return isEnd || isPart ? 'among' : undefined;
}

function commandIn(told: string): string | undefined {
  const name = COMMAND.exec(told)?.[1];
  if (name === undefined) return undefined;
  return `${name} ${COMMAND_ARGUMENTS.exec(told)?.[1] ?? ''}`;
}

function squeezed(text: string): string {
  return text.replaceAll(PASTED, ' ').replaceAll(/\s+/g, ' ').trim();
}
