/** Turns the JSON lines that our programs log into short ones for a person. */

const WARNING = 40;
const LEVEL_NAMES = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warning'],
  [50, 'error'],
  [60, 'fatal'],
]);
const LEVELS = new Map([...LEVEL_NAMES].map(([level, name]) => [name, level]));

const DIM = '\x1b[2m';
const RED = '\x1b[31m';
const PLAIN = '\x1b[0m';

export interface LogLine {
  /** As pino counts: 30 info, 40 warning, 50 error. */
  readonly level: number;
  readonly message: string;
  /** Set on the few lines that programs wait for: "listening", "setup". */
  readonly event: string | undefined;
  readonly url: string | undefined;
}

/** What is no JSON (a stack from the engine, a crash) is a warning: nobody prints it on purpose. */
export function parseLogLine(text: string): LogLine {
  const fields = parseObject(text);
  if (fields === undefined) {
    return { level: WARNING, message: text, event: undefined, url: undefined };
  }
  return {
    level: parseLevel(fields['level']),
    message: messageOf(fields),
    event: textOf(fields['event']),
    url: textOf(fields['url']),
  };
}

export interface LogLineFormat {
  readonly isVerbose: boolean;
  readonly hasColours: boolean;
}

/** @returns undefined for a line that the person did not ask to see */
export function formatLogLine(
  program: string,
  line: LogLine,
  { isVerbose, hasColours }: LogLineFormat,
): string | undefined {
  if (line.level < WARNING && !isVerbose) return undefined;
  const name = LEVEL_NAMES.get(line.level) ?? String(line.level);
  const text = `${program.padEnd(7)} ${name.padEnd(7)} ${line.message}`;
  if (!hasColours) return text;
  return `${line.level > WARNING ? RED : DIM}${text}${PLAIN}`;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return { ...(parsed as object) }; // starts with "{": what else could it be
  } catch {
    return undefined;
  }
}

function parseLevel(level: unknown): number {
  if (typeof level === 'number') return level;
  if (level === 'warn') return WARNING;
  return LEVELS.get(textOf(level) ?? 'info') ?? WARNING;
}

/** The message, then why, then what to do about it. */
function messageOf(fields: Record<string, unknown>): string {
  const error = fields['err'];
  const cause =
    typeof error === 'object' && error !== null && 'message' in error
      ? textOf(error.message)
      : undefined;
  const message = textOf(fields['msg']);
  const parts = [message, cause === message ? undefined : cause, textOf(fields['hint'])];
  return parts.filter((part) => part !== undefined).join(': ');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
