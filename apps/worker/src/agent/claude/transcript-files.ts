/** Where Claude Code keeps its conversations: one file each, in a directory for each project. */
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TRANSCRIPT_PROJECTS_MAX } from '../limits.ts';

/**
 * Whether anything of a conversation is kept. Every project is looked into: how a directory becomes
 * the name of its project has changed before, and Claude Code finds an id in all of them too.
 */
export async function hasTranscript(
  configDirectory: string,
  conversation: string,
): Promise<boolean> {
  const projects = join(configDirectory, 'projects');
  const names = await opendir(projects).catch(() => undefined);
  if (names === undefined) return false;
  let looked = 0;
  for await (const { name } of names) {
    if (++looked > TRANSCRIPT_PROJECTS_MAX) return true; // Claude Code itself will say
    const file = await stat(join(projects, name, `${conversation}.jsonl`)).catch(() => undefined);
    if (file?.isFile() === true) return true;
  }
  return false;
}
