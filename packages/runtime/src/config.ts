/**
 * The environment is a border: here it becomes a typed configuration, or all that is wrong with it
 * in words, one line a variable. Secrets come from files and are read once.
 */
import { readFileSync, statSync } from 'node:fs';
import { envSchema } from 'env-schema';
import type { Static, TObject } from 'typebox';

export type Environment = Readonly<Record<string, string | undefined>>;

/** EX_CONFIG of sysexits.h: restarting will not help, so a supervisor must not. */
export const EXIT_BAD_CONFIGURATION = 78;

/** Everything that is wrong at once, so that a person mends it in one go. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`configuration is not usable: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/** What Ajv tells of one failed rule. */
interface Failure {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/**
 * Numbers and booleans are read from their text, defaults filled in, unknown variables left out.
 * @throws ConfigurationError with a line for each variable that is wrong
 */
export function parseEnvironment<T extends TObject>(schema: T, env: Environment): Static<T> {
  // An empty variable is an unset one: compose files and unit files cannot leave one out.
  const data = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  try {
    // env-schema marks the schema it is given, hence the copy.
    return envSchema<Static<T>>({ schema: copyOf(schema), data, env: false });
  } catch (error) {
    if (!isValidation(error)) throw error;
    throw new ConfigurationError(inWords(error.errors, { schema, env }));
  }
}

/** @throws ConfigurationError naming variable and file; the content never shows */
export function readSecretFile(path: string, variable: string): Buffer {
  try {
    const { mode } = statSync(path);
    if ((mode & 0o007) !== 0) {
      throw new ConfigurationError([`${variable}: ${path} is open to everybody; chmod 600 it`]);
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([`${variable}: cannot read the file: ${why}`]);
  }
}

/**
 * Calls every reader, so that one that fails does not hide what the next would say.
 * @throws ConfigurationError with what all of them found
 */
export function readAll<R extends Readonly<Record<string, () => unknown>>>(
  readers: R,
): { [K in keyof R]: ReturnType<R[K]> } {
  const problems: string[] = [];
  const results = Object.entries(readers).map(([name, read]) => {
    try {
      return [name, read()];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
      return [name, undefined];
    }
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Object.fromEntries forgets which name had which type; each comes from its own reader.
  return Object.fromEntries(results) as { [K in keyof R]: ReturnType<R[K]> };
}

function copyOf(schema: TObject): Record<string, unknown> {
  return JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
}

function isValidation(error: unknown): error is Error & { errors: readonly Failure[] } {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

/** One line a variable: a choice of literals fails once for each of them and once as a whole. */
function inWords(
  failures: readonly Failure[],
  from: { schema: TObject; env: Environment },
): string[] {
  const lines = new Map<string, string>();
  for (const failure of failures) {
    const isMissing = failure.keyword === 'required';
    const name = isMissing
      ? String(failure.params['missingProperty'])
      : (failure.instancePath.split('/')[1] ?? '');
    if (lines.has(name)) continue;
    const held = isMissing || isSecretName(name) ? '' : `, not ${JSON.stringify(from.env[name])}`;
    const rule = isMissing ? 'is missing' : ruleInWords(failure, failures);
    lines.set(name, `${name} ${rule}${held}${descriptionOf(from.schema, name)}`);
  }
  return [...lines.values()];
}

function ruleInWords(failure: Failure, failures: readonly Failure[]): string {
  const { keyword, params, instancePath, message = 'is wrong' } = failure;
  if (keyword === 'enum') return `must be one of ${[params['allowedValues']].flat().join(', ')}`;
  if (keyword === 'pattern') return patternInWords(params['pattern']);
  if (keyword !== 'const') return message;
  const choices = failures.filter((f) => f.instancePath === instancePath && f.keyword === 'const');
  return `must be one of ${choices.map((f) => String(f.params['allowedValue'])).join(', ')}`;
}

/** No regular expressions: what another form is, the description of the variable says. */
function patternInWords(pattern: unknown): string {
  return pattern === '^/' ? 'must be an absolute path' : 'must have another form';
}

function descriptionOf(schema: TObject, name: string): string {
  const property: unknown = schema.properties[name];
  if (typeof property !== 'object' || property === null || !('description' in property)) return '';
  return ` (${String(property.description)})`;
}

function isSecretName(name: string): boolean {
  return /SECRET|KEY(?!_ID)|TOKEN|PASS/.test(name) && !name.endsWith('_FILE');
}
