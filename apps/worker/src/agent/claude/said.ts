/**
 * What an agent was told, as its transcript has it: for when nobody listened to its hooks, because the
 * worker was away. Reads the end of the file alone.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { TRANSCRIPT_SEARCH_BYTES } from '../limits.ts';
import { READ_PLAIN } from './read-bounded.ts';
import { findTranscript } from './transcript-files.ts';

const Content = Type.Union([
  Type.String(),
  Type.Array(Type.Object({ type: Type.String(), text: Type.Optional(Type.String()) })),
]);
const Told = Type.Object({
  type: Type.Literal('user'),
  timestamp: Type.String(),
  isSidechain: Type.Optional(Type.Boolean()),
  message: Type.Object({ content: Content }),
});
/** What it was told while it worked stands here first. */
const Enqueued = Type.Object({
  type: Type.Literal('queue-operation'),
  operation: Type.Literal('enqueue'),
  timestamp: Type.String(),
  content: Type.String(),
});
/** Most lines are of neither kind and long. */
const MAY_BE_ONE = /"type":"(?:user|queue-operation)"/;

export interface Search {
  /** Claude's own, as ~/.claude. */
  readonly configDirectory: string;
  readonly conversation: string;
  /** What was written before is of no interest. */
  readonly sinceMs: number;
}

/** @returns nothing, too, where there is no transcript or it cannot be read */
export async function saidSince(search: Search): Promise<readonly string[]> {
  const found = await findTranscript(search.configDirectory, search.conversation);
  if (found === undefined || found === 'too_many') return [];
  const file = await open(found.path, READ_PLAIN).catch(() => undefined);
  if (file === undefined) return [];
  try {
    const lines = (await endOf(file)).split('\n');
    return lines.flatMap((line) => (MAY_BE_ONE.test(line) ? told(line, search.sinceMs) : []));
  } finally {
    await file.close();
  }
}

async function endOf(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const length = Math.min(size, TRANSCRIPT_SEARCH_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8', 0, bytesRead);
}

function told(line: string, sinceMs: number): readonly string[] {
  const entry = parsed(line);
  if (Value.Check(Enqueued, entry)) return isSince(entry, sinceMs) ? [entry.content] : [];
  if (!Value.Check(Told, entry) || entry.isSidechain === true || !isSince(entry, sinceMs))
    return [];
  const { content } = entry.message;
  return typeof content === 'string' ? [content] : content.map(({ text }) => text ?? '');
}

function isSince({ timestamp }: { timestamp: string }, sinceMs: number): boolean {
  return Date.parse(timestamp) >= sinceMs;
}

/** The first line may have lost its begin, and the last may be half written. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
