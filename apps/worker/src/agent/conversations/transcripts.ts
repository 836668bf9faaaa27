/** Which transcripts there are: one file for each conversation, in a directory for each project. */
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CONVERSATIONS_STAT_AT_ONCE, TRANSCRIPT_PROJECTS_MAX, TRANSCRIPTS_MAX } from '../limits.ts';

export interface TranscriptFile {
  readonly path: string;
  /** Of the conversation. */
  readonly id: string;
  /** When it was written to last. */
  readonly atMs: number;
  readonly size: number;
}

/** Other files lie there too: of subagents, and of releases that are long gone. */
const NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/;

/** @param configDirectory of a Claude Code @returns the newest first; none where there is nothing */
export async function transcriptsIn(configDirectory: string): Promise<readonly TranscriptFile[]> {
  const projects = join(configDirectory, 'projects');
  const paths: string[] = [];
  for (const project of await namesIn(projects, TRANSCRIPT_PROJECTS_MAX)) {
    const room = TRANSCRIPTS_MAX - paths.length;
    for (const name of await namesIn(join(projects, project), room)) {
      if (NAME.test(name)) paths.push(join(projects, project, name));
    }
  }
  const files: TranscriptFile[] = [];
  for (let begin = 0; begin < paths.length; begin += CONVERSATIONS_STAT_AT_ONCE) {
    const some = paths.slice(begin, begin + CONVERSATIONS_STAT_AT_ONCE);
    files.push(...(await Promise.all(some.map(fileAt))).flat());
  }
  return files.sort(newestFirst);
}

/** An order that pages can be cut from: no two are equal. */
export function newestFirst(a: Pick<TranscriptFile, 'atMs' | 'id'>, b: typeof a): number {
  return b.atMs - a.atMs || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

async function namesIn(directory: string, most: number): Promise<readonly string[]> {
  const names: string[] = [];
  const entries = await opendir(directory).catch(() => undefined);
  if (entries === undefined) return names;
  for await (const { name } of entries) {
    if (names.length >= most) break;
    names.push(name);
  }
  return names;
}

async function fileAt(path: string): Promise<readonly TranscriptFile[]> {
  const found = await stat(path).catch(() => undefined);
  const id = NAME.exec(path.slice(path.lastIndexOf('/') + 1))?.[1];
  if (found?.isFile() !== true || id === undefined) return [];
  return [{ path, id, atMs: Math.floor(found.mtimeMs), size: found.size }];
}
