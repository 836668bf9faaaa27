/** What an agent was told, as its own transcripts have it. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaudeHome } from '@dashboard/testkit/claude-home';

/** In the order in which it was told, of all its conversations. */
export function told({ configDirectory }: ClaudeHome): readonly string[] {
  const files = globSync(join(configDirectory, 'projects/*/*.jsonl'));
  return files
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.includes('"type":"user"'))
    .map((line): { message: { content: unknown } } => JSON.parse(line))
    .map(({ message }) => message.content)
    .filter((content) => typeof content === 'string');
}
