/** Finds executables: on PATH as execvp(3) would, then in a few more places. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import type { Environment } from '@dashboard/runtime/config';
import type { Profile } from './profiles.ts';

/** The shells of accounts that nobody is meant to log in to. */
const NO_SHELLS = new Set(['nologin', 'false', 'true', 'sync']);
const LAST_RESORTS = ['/bin/bash', '/bin/sh'];

/** @returns absolute path of the profile's program, or undefined when there is none */
export async function findProgram(
  profile: Profile,
  environment: Environment,
): Promise<string | undefined> {
  for (const path of candidates(profile, environment)) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** @returns absolute path of the first executable of this name on PATH */
export async function findOnPath(
  name: string,
  environment: Environment,
): Promise<string | undefined> {
  for (const directory of (environment['PATH'] ?? '').split(':').filter(isAbsolute)) {
    if (await isExecutable(join(directory, name))) return join(directory, name);
  }
  return undefined;
}

function candidates({ command, places }: Profile, environment: Environment): readonly string[] {
  if (command === 'login-shell') return shells(environment);
  const directories = [
    ...(environment['PATH'] ?? '').split(':'),
    // Without HOME the "~" stays, and the place is dropped as relative.
    ...places.map((place) => place.replace(/^~(?=\/)/, () => environment['HOME'] ?? '~')),
  ];
  // A relative entry would mean another program in each directory that a session starts in.
  return directories.filter(isAbsolute).map((directory) => join(directory, command.find));
}

function shells(environment: Environment): readonly string[] {
  const named = [environment['SHELL'], accountShell()];
  const given = named.filter((path) => path !== undefined).filter(isAbsolute);
  return [...given.filter((path) => !NO_SHELLS.has(basename(path))), ...LAST_RESORTS];
}

/** A container may run as a user id that /etc/passwd does not know; userInfo(3) then throws. */
function accountShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile(); // every directory is "executable"
  } catch {
    return false;
  }
}
