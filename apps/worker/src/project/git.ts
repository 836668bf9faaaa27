/**
 * Runs git by argv in a repository that nobody trusts: an agent, or whoever it was cloned from, has
 * written its configuration. What that configuration could make git run is switched off: hooks, the
 * file system monitor, filters, and every way to fetch. What the person's own configuration says holds.
 */
import { execFile } from 'node:child_process';
import { DashboardError } from '@dashboard/protocol/errors';
import { GIT_OUTPUT_BYTES_MAX, GIT_TIMEOUT_MS, GIT_WORDS_CHARS_MAX } from '../limits.ts';

type Environment = Readonly<Record<string, string>>;
type Setting = readonly [key: string, value: string];

/** Each names a program that git would start, or leads to one. */
const OFF: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.pager', 'cat'],
  ['submodule.recurse', 'false'],
  ['maintenance.auto', 'false'],
  ['gc.auto', '0'],
];

/** Scopes that come with the repository; included files count as the file that includes them. */
const OF_REPOSITORY = new Set(['local', 'worktree']);
const FILTER = /^filter\.(.*)\.(?:clean|smudge|process|required)$/su;

export class Git {
  readonly #environment: Environment;

  /** @param environment of a session; git gets it and what is added here */
  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /**
   * @returns what it printed
   * @throws DashboardError conflict with git's own words
   */
  async run(directory: string, args: readonly string[]): Promise<string> {
    const filters = await this.#filtersOf(directory);
    return await this.#run(directory, args, [...OFF, ...filters]);
  }

  /** To list the configuration runs nothing. */
  async #filtersOf(directory: string): Promise<Setting[]> {
    const args = ['config', '--list', '--name-only', '--show-scope', '-z'];
    const fields = (await this.#run(directory, args, OFF)).split('\0');
    const names = new Set<string>();
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const name = FILTER.exec(fields[at + 1] ?? '')?.[1];
      if (name !== undefined && OF_REPOSITORY.has(fields[at] ?? '')) names.add(name);
    }
    return [...names].flatMap((name): Setting[] => [
      [`filter.${name}.clean`, ''],
      [`filter.${name}.smudge`, ''],
      [`filter.${name}.process`, ''],
      [`filter.${name}.required`, 'false'],
    ]);
  }

  #run(directory: string, args: readonly string[], settings: readonly Setting[]): Promise<string> {
    const options = {
      cwd: directory,
      env: { ...this.#environment, ...environmentOf(settings) },
      timeout: GIT_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: GIT_OUTPUT_BYTES_MAX,
      encoding: 'utf8',
    } as const;
    return new Promise((resolve, reject) => {
      const child = execFile('git', args, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(refused(args[0] ?? '', stderr, error));
      });
      child.stdin?.on('error', () => undefined).end();
    });
  }
}

/** Settings in the environment come before those of any file, and take any name of a filter. */
function environmentOf(settings: readonly Setting[]): Record<string, string> {
  const env: Record<string, string> = {
    GIT_CONFIG_COUNT: String(settings.length),
    GIT_ALLOW_PROTOCOL: '', // none: what a partial clone lacks is not fetched by its own means
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
  for (const [at, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${at}`] = key;
    env[`GIT_CONFIG_VALUE_${at}`] = value;
  }
  return env;
}

function refused(command: string, stderr: string, cause: Error): DashboardError {
  const said = stderr.trim() === '' ? cause.message : stderr.trim();
  const words = said.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, GIT_WORDS_CHARS_MAX);
  return new DashboardError('conflict', `git ${command}: ${words}`, { cause });
}
