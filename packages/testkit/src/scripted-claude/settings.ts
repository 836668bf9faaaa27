/** What the agent is told by files: settings of the person, of the launcher, and whom it trusts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { MODES, type Mode } from './options.ts';

const Hook = Type.Object({
  type: Type.String(),
  command: Type.Optional(Type.String()),
  /** With them the command is a program; without them a line for a shell. */
  args: Type.Optional(Type.Array(Type.String())),
  timeout: Type.Optional(Type.Number()),
  async: Type.Optional(Type.Boolean()),
});
export type Hook = Static<typeof Hook>;

const HookGroup = Type.Object({
  matcher: Type.Optional(Type.String()),
  hooks: Type.Array(Hook),
});
export type HookGroup = Static<typeof HookGroup>;

const SettingsFile = Type.Object({
  hooks: Type.Optional(Type.Record(Type.String(), Type.Array(HookGroup))),
  statusLine: Type.Optional(Type.Object({ command: Type.String() })),
  disableAllHooks: Type.Optional(Type.Boolean()),
  permissions: Type.Optional(
    Type.Object({
      defaultMode: Type.Optional(Type.Enum([...MODES, 'manual'])),
    }),
  ),
});

export interface Settings extends Static<typeof SettingsFile> {
  readonly mode: Mode;
}

const GlobalState = Type.Object({
  projects: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({ hasTrustDialogAccepted: Type.Optional(Type.Boolean()) }),
    ),
  ),
});

/** Lists of several files are put together, of anything else the last one counts. */
export function readSettings(configDirectory: string, given: string | undefined): Settings {
  const own = readJson(join(configDirectory, 'settings.json'));
  const all = [own ?? {}, givenSettings(given)].map((each) => Value.Parse(SettingsFile, each));
  const hooks: Record<string, HookGroup[]> = {};
  for (const [event, groups] of all.flatMap((each) => Object.entries(each.hooks ?? {}))) {
    hooks[event] = [...(hooks[event] ?? []), ...groups];
  }
  // Of the person and of the launcher: each says what it says.
  const permissions = { ...all[0]?.permissions, ...all[1]?.permissions };
  const both: Static<typeof SettingsFile> = { ...all[0], ...all[1], permissions, hooks };
  const { defaultMode = 'auto' } = both.permissions ?? {};
  return { ...both, mode: defaultMode === 'manual' ? 'default' : defaultMode };
}

/** A directory is trusted with each directory above it that is. */
export function isTrusted(stateFile: string, directory: string): boolean {
  const { projects = {} } = Value.Parse(GlobalState, readJson(stateFile) ?? {});
  for (let path = directory; ; path = dirname(path)) {
    if (projects[path]?.hasTrustDialogAccepted === true) return true;
    if (path === dirname(path)) return false;
  }
}

/** Kept with everything else that stands there. */
export function trust(stateFile: string, directory: string): void {
  const state = Value.Parse(GlobalState, readJson(stateFile) ?? {});
  const projects = { ...state.projects, [directory]: { hasTrustDialogAccepted: true } };
  writeFileSync(stateFile, JSON.stringify({ ...state, projects }), { mode: 0o600 });
}

function givenSettings(given: string | undefined): unknown {
  if (given === undefined) return {};
  return given.startsWith('{') ? JSON.parse(given) : JSON.parse(readFileSync(given, 'utf8'));
}

/** @returns undefined when there is no such file */
function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  return JSON.parse(text);
}
