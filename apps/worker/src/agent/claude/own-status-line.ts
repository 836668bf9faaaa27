/**
 * Which status line the user has configured for Claude Code, so that ours can run it: a status line
 * given with --settings takes the place of theirs. Their files are read and never written.
 */
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { SETTINGS_BYTES_MAX } from '../limits.ts';
import { readJson } from './read-bounded.ts';

const StatusLine = Type.Object({
  type: Type.Literal('command'),
  command: Type.String({ minLength: 1, pattern: '^[^\\u0000]+$' }),
  padding: Type.Optional(Type.Number()),
  refreshInterval: Type.Optional(Type.Number()),
});
export type OwnStatusLine = Readonly<Static<typeof StatusLine>>;

const Settings = Type.Object({ statusLine: Type.Optional(Type.Unknown()) });

/** @param configDirectory Claude's own, as ~/.claude @param project where the session starts */
export async function findOwnStatusLine(
  configDirectory: string,
  project: string,
): Promise<OwnStatusLine | undefined> {
  // As Claude reads them: the one that counts most first.
  const files = [
    join(project, '.claude/settings.local.json'),
    join(project, '.claude/settings.json'),
    join(configDirectory, 'settings.json'),
  ];
  for (const file of files) {
    const settings = await readJson(file, SETTINGS_BYTES_MAX);
    if (!Value.Check(Settings, settings) || settings.statusLine === undefined) continue;
    return Value.Check(StatusLine, settings.statusLine) ? settings.statusLine : undefined;
  }
  return undefined;
}
