/** Where Claude Code keeps its conversations: one file each, in a directory for each project. */
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SUBAGENT_TRANSCRIPTS_MAX, TRANSCRIPT_PROJECTS_MAX } from '../limits.ts';

/**
 * Whether anything of a conversation is kept. Every project is looked into: how a directory becomes
 * the name of its project has changed before, and Claude Code finds an id in all of them too.
 */
export async function hasTranscript(
  configDirectory: string,
  conversation: string,
): Promise<boolean> {
  const found = await findTranscript(configDirectory, conversation);
  return found !== undefined; // where there are too many projects, Claude Code itself will say
}

/** @returns its path; `too_many` when there are too many projects to look into all of them */
export async function findTranscript(
  configDirectory: string,
  conversation: string,
): Promise<{ readonly path: string } | 'too_many' | undefined> {
  const projects = join(configDirectory, 'projects');
  const names = await opendir(projects).catch(() => undefined);
  if (names === undefined) return undefined;
  let looked = 0;
  for await (const { name } of names) {
    if (++looked > TRANSCRIPT_PROJECTS_MAX) return 'too_many';
    const path = join(projects, name, `${conversation}.jsonl`);
    const file = await stat(path).catch(() => undefined);
    if (file?.isFile() === true) return { path };
  }
  return undefined;
}

/** Those of its subagents, which lie beside it. @param path of the transcript */
export async function subagentTranscripts(path: string): Promise<readonly string[]> {
  const directory = join(path.replace(/\.jsonl$/, ''), 'subagents');
  const names = await opendir(directory).catch(() => undefined);
  if (names === undefined) return [];
  const paths: string[] = [];
  for await (const { name } of names) {
    if (paths.length >= SUBAGENT_TRANSCRIPTS_MAX) break;
    if (name.endsWith('.jsonl')) paths.push(join(directory, name));
  }
  return paths;
}
