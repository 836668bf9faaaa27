/**
 * The file in which a running Claude Code says what it does: `sessions/<pid>.json` in its directory.
 * It is true about waiting, also after Esc, but nobody documents it: what has another form is
 * counted, and then nothing is known. Read only.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConversationId } from '@dashboard/protocol/agents';
import { EVIDENCE_CHARS_MAX } from '@dashboard/protocol/limits';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { REGISTRY_BYTES_MAX, REGISTRY_FILES_MAX } from '../limits.ts';
import { wordsOrNull, type RegistrySignal } from '../state/index.ts';
import { readBounded } from './read-bounded.ts';

const Entry = Type.Object({
  pid: Type.Integer({ minimum: 1 }),
  sessionId: ConversationId,
  /** Missing in the first moments. */
  status: Type.Optional(
    Type.Union([
      Type.Literal('busy'),
      Type.Literal('idle'),
      Type.Literal('waiting'),
      Type.Literal('shell'),
    ]),
  ),
  waitingFor: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  statusUpdatedAt: Type.Optional(Type.Number({ minimum: 0 })),
  /** Field 22 of /proc/<pid>/stat: another process may have the same number later. */
  procStart: Type.Optional(Type.Union([Type.String(), Type.Number()])),
});
type Entry = Static<typeof Entry>;
type Status = NonNullable<Entry['status']>;

export type RegistryReading =
  { readonly signal: RegistrySignal } | 'absent' | { readonly odd: string };

export interface RegistryQuestion {
  /** `sessions` in Claude's directory. */
  readonly directory: string;
  /** Of the program in the pane. */
  readonly pid: number;
  /** Finds the entry where a wrapper stands between the pane and Claude. */
  readonly conversation: string | null;
  readonly nowMs: number;
}

export async function readRegistry(question: RegistryQuestion): Promise<RegistryReading> {
  const { directory, pid, nowMs } = question;
  const text = await readBounded(join(directory, `${pid}.json`), REGISTRY_BYTES_MAX);
  if (text === undefined) return await searchRegistry(question);
  const entry = parseEntry(text);
  if (typeof entry === 'string') return { odd: entry };
  return await readingOf(entry, nowMs);
}

/** Whether any Claude Code that runs now is in this conversation, also one that we did not start. */
export async function isOpen(configDirectory: string, conversation: string): Promise<boolean> {
  const directory = join(configDirectory, 'sessions');
  return (await searchRegistry({ directory, pid: 0, conversation, nowMs: 0 })) !== 'absent';
}

/** A killed Claude leaves its file behind. */
async function readingOf(entry: Entry, nowMs: number): Promise<RegistryReading> {
  const { status } = entry;
  if (status === undefined || !(await isOfThisProcess(entry))) return 'absent';
  return { signal: signalOf(entry, status, nowMs) };
}

/** The program in the pane may have started Claude instead of becoming it. */
async function searchRegistry(question: RegistryQuestion): Promise<RegistryReading> {
  const { directory, conversation, nowMs } = question;
  if (conversation === null) return 'absent';
  const names = await readdir(directory).catch(() => []);
  for (const name of names
    .filter((each) => /^\d+\.json$/.test(each))
    .slice(0, REGISTRY_FILES_MAX)) {
    const text = await readBounded(join(directory, name), REGISTRY_BYTES_MAX);
    const entry = parseEntry(text ?? '');
    if (typeof entry === 'string' || entry.sessionId !== conversation) continue;
    const reading = await readingOf(entry, nowMs);
    if (reading !== 'absent') return reading;
  }
  return 'absent';
}

function signalOf(entry: Entry, what: Status, nowMs: number): RegistrySignal {
  return {
    from: 'registry',
    atMs: nowMs,
    what,
    waitingFor: wordsOrNull(entry.waitingFor, EVIDENCE_CHARS_MAX),
    sinceMs: Math.min(nowMs, Math.round(entry.statusUpdatedAt ?? nowMs)),
    conversation: entry.sessionId,
  };
}

/** @returns the entry, or which fields are not as they were */
function parseEntry(text: string): Entry | string {
  try {
    const value: unknown = JSON.parse(text);
    if (Value.Check(Entry, value)) return value;
    const fields = Value.Errors(Entry, value).map(({ instancePath }) => instancePath.slice(1));
    return [...new Set(fields)].filter(Boolean).join(', ') || 'fields are missing';
  } catch {
    return 'no JSON'; // also while it is being written
  }
}

/** Where there is no /proc, the number must do. */
async function isOfThisProcess({ pid, procStart }: Entry): Promise<boolean> {
  if (procStart === undefined) return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return process.platform !== 'linux';
  // The name of the program, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[19] === String(procStart);
}
