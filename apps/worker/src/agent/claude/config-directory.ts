/** Where a Claude Code keeps its files, by the environment that it was started with. */
import { isAbsolute, join, normalize } from 'node:path';

/** @returns absolute; undefined where neither variable says it */
export function configDirectoryOf(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { CLAUDE_CONFIG_DIR: own, HOME: home } = env;
  if (own !== undefined && isAbsolute(own)) return own;
  return home !== undefined && isAbsolute(home) ? join(home, '.claude') : undefined;
}

/** `.claude.json` stands in the directory if that was named, and beside it otherwise. */
export function claudeJsonPath(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const directory = configDirectoryOf(env);
  if (directory === undefined) return undefined;
  return env['CLAUDE_CONFIG_DIR'] === directory
    ? join(directory, '.claude.json')
    : `${directory}.json`;
}

/** A hook names its transcript; a file anywhere else is none, whoever says so. */
export function transcriptIn(configDirectory: string, path: string): boolean {
  const projects = join(configDirectory, 'projects/');
  return path.endsWith('.jsonl') && normalize(path) === path && path.startsWith(projects);
}
