/**
 * A compose project on a real engine, for one file of tests: the files of this repository as they are,
 * under a name of its own, taken down with its volumes at the end.
 */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '../../..');

const MINUTE_MS = 60_000;
/** Starting and stopping wait for health checks and grace periods; building is done before. */
const COMMAND_TIMEOUT_MS = 3 * MINUTE_MS;
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;

export type ContainerName = 'gateway' | 'worker' | 'secrets' | 'backup-gateway' | 'backup-worker';

/** @returns why the tests that need an engine cannot run, in words */
export function whyNoCompose(): string | undefined {
  const { status } = spawnSync('docker', ['compose', 'version']);
  return status === 0 ? undefined : '`docker compose` does not answer here';
}

export interface ComposeOptions {
  readonly project: string;
  readonly files: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class Compose {
  readonly #options: ComposeOptions;

  constructor(options: ComposeOptions) {
    this.#options = options;
  }

  /** @throws Error with what the command printed */
  async run(...command: readonly string[]): Promise<string> {
    const { project, files } = this.#options;
    const chosen = files.flatMap((file) => ['-f', join(ROOT, file)]);
    return await this.#docker('compose', '-p', project, ...chosen, '--ansi=never', ...command);
  }

  /** Up with everything healthy, of images that are there. */
  async up(): Promise<void> {
    await this.run('up', '-d', '--no-build', '--wait');
  }

  async down(): Promise<void> {
    await this.run('down', '--volumes', '--remove-orphans', '--timeout', '5');
  }

  /** What a shell inside prints. */
  async inside(service: ContainerName, script: string): Promise<string> {
    return await this.run('exec', '-T', service, 'sh', '-c', script);
  }

  /** What a command of a service's own program prints, in a container that is gone afterwards. */
  async once(service: ContainerName, ...command: readonly string[]): Promise<string> {
    return await this.run('run', '--rm', '--no-deps', '-T', service, ...command);
  }

  async inspect(service: ContainerName): Promise<string> {
    const id = (await this.run('ps', '--all', '--quiet', service)).trim();
    return await this.#docker('inspect', id);
  }

  async logs(service: ContainerName): Promise<string> {
    return await this.run('logs', '--no-log-prefix', '--no-color', service);
  }

  /** The value of a field in the newest log line with this event. */
  async logged(service: ContainerName, event: string, field: string): Promise<string | undefined> {
    const found = (await this.logs(service))
      .split('\n')
      .map((line) => line.slice(Math.max(line.indexOf('{'), 0)))
      .filter((line) => line.includes(`"event":"${event}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .at(-1)?.[field];
    return typeof found === 'string' ? found : undefined;
  }

  async #docker(...argv: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('docker', argv, {
      cwd: ROOT,
      env: { ...process.env, ...this.#options.env },
      timeout: COMMAND_TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    return stdout;
  }
}
