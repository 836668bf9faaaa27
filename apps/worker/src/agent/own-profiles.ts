/**
 * Profiles that the operator of a worker adds, in a JSON file: programs, arguments and what is known of
 * them. Everything that is wrong is said at once, with where it stands. ops/profiles.example.json
 * has examples.
 */
import { readFileSync } from 'node:fs';
import { ModelName, PermissionMode } from '@dashboard/protocol/agents';
import { ProfileId } from '@dashboard/protocol/sessions';
import { ConfigurationError } from '@dashboard/runtime/config';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { OWN_PROFILES_MAX, PROFILES_FILE_BYTES_MAX } from './limits.ts';
import { BUILT_IN_PROFILES, type Profile } from './profiles.ts';

const Text = Type.String({ maxLength: 1024, pattern: '^[^\\u0000]*$' });
const Argv = Type.Array(Text, { maxItems: 64 });
const ArgvOrNull = Type.Union([Argv, Type.Null()], { default: null });
const strict = { additionalProperties: false };

const OwnProfile = Type.Object(
  {
    id: ProfileId,
    label: Type.String({ minLength: 1, maxLength: 80 }),
    /** A name to be looked for on PATH and in `places`. */
    command: Type.String({ pattern: '^[A-Za-z0-9._+-]{1,64}$' }),
    places: Type.Array(Type.String({ pattern: '^(~?/)[^\\u0000]*$' }), {
      maxItems: 16,
      default: [],
    }),
    versionArgv: ArgvOrNull,
    argv: { ...Argv, default: [] },
    prompt: Type.Union(
      [
        Type.Object({ via: Type.Literal('argv'), argv: Argv }, strict),
        Type.Object({ via: Type.Literal('paste') }, strict),
        Type.Null(),
      ],
      { default: null },
    ),
    resumeArgv: ArgvOrNull,
    forkArgv: ArgvOrNull,
    permission: Type.Union(
      [
        Type.Object(
          { modes: Type.Array(PermissionMode, { minItems: 1, maxItems: 16 }), argv: Argv },
          strict,
        ),
        Type.Null(),
      ],
      { default: null },
    ),
    model: Type.Union(
      [
        Type.Object({ names: Type.Array(ModelName, { maxItems: 32 }), argv: Argv }, strict),
        Type.Null(),
      ],
      { default: null },
    ),
    agent: Type.Union([Type.Literal('claude'), Type.Literal('process'), Type.Null()], {
      default: 'process',
    }),
    env: Type.Record(Type.String(), Text, { default: {} }),
    advice: Type.String({ maxLength: 500, default: 'Install it where the worker runs.' }),
  },
  strict,
);
type OwnProfile = Static<typeof OwnProfile>;

const ProfilesFile = Type.Object(
  { profiles: Type.Array(OwnProfile, { maxItems: OWN_PROFILES_MAX }) },
  strict,
);

/** The only words in braces that an argument may hold, by where it stands; the others are a typo. */
const PLACEHOLDERS = {
  argv: { may: ['uuid', 'name', 'settings'], must: [] },
  prompt: { may: ['prompt'], must: ['prompt'] },
  resumeArgv: { may: ['conversation', 'name', 'settings'], must: ['conversation'] },
  forkArgv: { may: ['conversation', 'uuid', 'name', 'settings'], must: ['conversation'] },
  permission: { may: ['mode'], must: ['mode'] },
  model: { may: ['model'], must: ['model'] },
} as const;

/** @throws ConfigurationError with everything that is wrong with the file */
export function readOwnProfiles(path: string): readonly Profile[] {
  const value = Value.Default(ProfilesFile, readJson(path));
  if (!Value.Check(ProfilesFile, value)) {
    const problems = [...Value.Errors(ProfilesFile, value)].map(
      ({ instancePath, message }) => `${path}: ${instancePath || 'the whole'} ${message}`,
    );
    throw new ConfigurationError([...new Set(problems)]);
  }
  const problems = [...value.profiles.flatMap(problemsOf), ...doubles(value.profiles)];
  if (problems.length > 0) {
    throw new ConfigurationError(problems.map((problem) => `${path}: ${problem}`));
  }
  return value.profiles.map((own) => ({ ...own, command: { find: own.command } }));
}

function readJson(path: string): unknown {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length > PROFILES_FILE_BYTES_MAX) throw new Error('it is too long');
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([`PROFILES_FILE ${path} cannot be read: ${why}`]);
  }
}

function problemsOf(own: OwnProfile): readonly string[] {
  const lists = {
    argv: own.argv,
    prompt: own.prompt?.via === 'argv' ? own.prompt.argv : null,
    resumeArgv: own.resumeArgv,
    forkArgv: own.forkArgv,
    permission: own.permission?.argv ?? null,
    model: own.model?.argv ?? null,
  };
  const problems = Object.entries(PLACEHOLDERS).flatMap(([name, { may, must }]) => {
    const argv = lists[name as keyof typeof lists]; // both tables have the same names
    if (argv === null) return [];
    const used = argv.flatMap((text) =>
      [...text.matchAll(/\{([a-z]+)\}/g)].map(([, word]) => word),
    );
    const unknown = used.filter((word) => !may.some((each) => each === word));
    const missing = must.filter((word) => !used.includes(word));
    return [
      ...unknown.map((word) => `${own.id}: ${name} knows no {${word}}`),
      ...missing.map((word) => `${own.id}: ${name} lacks {${word}}`),
    ];
  });
  // A click must not turn every question off; whoever wants that says so in the terminal.
  const bypass = (own.permission?.modes ?? []).filter((mode) => /bypass/i.test(mode));
  const names = Object.keys(own.env).filter((name) => !/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name));
  return [
    ...problems,
    ...names.map((name) => `${own.id}: ${JSON.stringify(name)} is no name of a variable`),
    ...bypass.map((mode) => `${own.id}: ${mode} cannot be offered`),
  ];
}

function doubles(profiles: readonly OwnProfile[]): readonly string[] {
  const ids = [...BUILT_IN_PROFILES, ...profiles].map(({ id }) => id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  return [...new Set(twice)].map((id) => `there is more than one profile ${id}`);
}
