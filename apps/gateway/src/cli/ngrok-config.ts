/**
 * The variables of a public tunnel through ngrok, which whoever opens one has checked first: a tunnel puts
 * a login page before the whole world, so it wants a name and a password of its own in front of that.
 */
import {
  ConfigurationError,
  parseEnvironment,
  readSecretFile,
  type Environment,
} from '@dashboard/runtime/config';
import { Type } from 'typebox';

/** Of the password that the tunnel asks for. */
export const NGROK_PASS_CHARS_MIN = 12;
/** ngrok takes no longer one. */
export const NGROK_PASS_CHARS_MAX = 128;

const Variables = Type.Object({
  NODE_ENV: Type.Union(
    ['development', 'staging', 'production', 'test'].map((name) => Type.Literal(name)),
    { default: 'production' },
  ),
  ENABLE_NGROK: Type.Union([Type.Literal('true'), Type.Literal('false')], { default: 'false' }),
  NGROK_USER: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: 'letters, digits, ".", "_", "-"',
    }),
  ),
  NGROK_DOMAIN: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$',
      description: 'a name that the account has, like dashboard.ngrok.app',
    }),
  ),
  NGROK_AUTHTOKEN_FILE: Type.Optional(Type.String({ pattern: '^/', description: 'file of it' })),
  NGROK_PASS_FILE: Type.Optional(Type.String({ pattern: '^/', description: 'file of it' })),
});

export interface NgrokConfig {
  readonly authtoken: string;
  readonly user: string;
  readonly password: string;
  /** Undefined: ngrok makes one up, and ALLOWED_HOSTS has to be told it. */
  readonly domain: string | undefined;
}

/** What stands in examples, and what people write who want to go on. */
const PLACEHOLDER =
  /change.?me|example|placeholder|your.|password|secret|dashboard|ngrok|x{4}|<|>|\*{3}/i;

/** @returns undefined where no tunnel is wanted @throws ConfigurationError with everything that is wrong */
export function parseNgrokConfig(env: Environment): NgrokConfig | undefined {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const plain = attempt(() => parseEnvironment(Variables, env));
  const isWanted = env['ENABLE_NGROK'] === 'true'; // also when another variable is wrong
  const authtoken = attempt(() => readSecret(env, 'NGROK_AUTHTOKEN'));
  const password = attempt(() => readSecret(env, 'NGROK_PASS'));
  if (isWanted) problems.push(...missingFrom(env), ...weakIn({ authtoken, password }));
  if (problems.length > 0) throw new ConfigurationError(problems);
  const user = plain?.NGROK_USER;
  if (!isWanted || user === undefined || authtoken === undefined || password === undefined) {
    return undefined;
  }
  return { authtoken, user, password, domain: plain?.NGROK_DOMAIN };
}

/** What ngrok reads: JSON is YAML. A password in its arguments would be in every list of processes. */
export function ngrokFile({ authtoken, user, password, domain }: NgrokConfig, to: string): string {
  const tunnel = {
    proto: 'http',
    addr: to,
    schemes: ['https'],
    basic_auth: [`${user}:${password}`],
  };
  const named = domain === undefined ? tunnel : { ...tunnel, hostname: domain };
  return `${JSON.stringify({ version: '2', authtoken, tunnels: { dashboard: named } })}\n`;
}

function missingFrom(env: Environment): string[] {
  return ['NGROK_AUTHTOKEN', 'NGROK_USER', 'NGROK_PASS']
    .filter((name) => textOf(env, name) === undefined && textOf(env, `${name}_FILE`) === undefined)
    .map((name) => {
      const orFile = name === 'NGROK_USER' ? name : `${name}_FILE`;
      return `${orFile} is missing (ENABLE_NGROK is set)`;
    });
}

function weakIn(held: { authtoken: string | undefined; password: string | undefined }): string[] {
  const { authtoken, password } = held;
  const problems: string[] = [];
  if (
    authtoken !== undefined &&
    (!/^[A-Za-z0-9_]{20,}$/.test(authtoken) || isPlaceholder(authtoken))
  )
    problems.push('NGROK_AUTHTOKEN is not one that ngrok hands out');
  if (password === undefined) return problems;
  const { length } = password;
  if (length < NGROK_PASS_CHARS_MIN || length > NGROK_PASS_CHARS_MAX) {
    const rule = `must have ${NGROK_PASS_CHARS_MIN} to ${NGROK_PASS_CHARS_MAX} characters`;
    problems.push(`NGROK_PASS ${rule}`);
  } else if (isPlaceholder(password)) {
    problems.push('NGROK_PASS is a placeholder: make one up that is yours');
  }
  return problems;
}

function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text) || new Set(text).size < NGROK_PASS_CHARS_MIN / 2;
}

/** As with all secrets: in production from a file only. */
function readSecret(env: Environment, name: string): string | undefined {
  const file = textOf(env, `${name}_FILE`);
  const text = textOf(env, name);
  if (text !== undefined && (textOf(env, 'NODE_ENV') ?? 'production') === 'production') {
    throw new ConfigurationError([
      `${name} is not read in production: put it into a file and name that in ${name}_FILE`,
    ]);
  }
  if (file === undefined) return text;
  if (!file.startsWith('/')) return undefined; // refused with the other variables
  return readSecretFile(file, `${name}_FILE`).toString('utf8').trim();
}

/** An empty variable is an unset one. */
function textOf(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}
