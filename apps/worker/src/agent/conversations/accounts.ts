/** Where each Claude Code of the profiles keeps its files, and which of the profiles speaks for it. */
import type { Environment } from '@dashboard/runtime/config';
import { configDirectoryOf } from '../claude/config-directory.ts';
import { sessionEnvironment } from '../environment.ts';
import type { Profile } from '../profiles.ts';

export interface Account {
  /** The profile that goes on with a conversation of it. */
  readonly profile: string;
  readonly configDirectory: string;
}

/** @returns each directory once: with the first profile that has it and can go on with conversations */
export function accountsOf(
  profiles: readonly Profile[],
  environment: Environment,
): readonly Account[] {
  const accounts = new Map<string, Account>();
  for (const { id, agent, resumeArgv, env } of profiles) {
    if (agent !== 'claude' || resumeArgv === null) continue;
    const configDirectory = configDirectoryOf({ ...sessionEnvironment(environment), ...env });
    if (configDirectory === undefined || accounts.has(configDirectory)) continue;
    accounts.set(configDirectory, { profile: id, configDirectory });
  }
  return [...accounts.values()];
}
