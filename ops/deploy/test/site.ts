/** A site to deploy to: a worker, people, an nginx in front, releases in a directory, and the environment's file. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ApiClient } from '@dashboard/testkit/api-client';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { freePort, startEdge } from '@dashboard/testkit/edge';
import { OWNER, startStack, type Stack } from '@dashboard/testkit/stack';

const DEPLOY = join(import.meta.dirname, '..');
const ROOT = join(DEPLOY, '../..');
/** All of them take a minute and a half. */
export const IS_LONG = process.env['DEPLOYMENTS'] === 'all';
export const GATEWAY = join(ROOT, 'apps/gateway/src/main.ts');

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

export interface HistoryLine {
  readonly event: string;
  readonly version: string;
  readonly why: string;
}

export class Site {
  readonly stack: Stack;
  readonly url: string;
  readonly ports: { readonly edge: number; readonly blue: number; readonly green: number };
  /** The owner, through the edge. */
  readonly owner: ApiClient;
  readonly directory: string;
  readonly #environment: Map<string, string>;

  private constructor(stack: Stack, ports: Site['ports']) {
    this.stack = stack;
    this.ports = ports;
    this.url = `http://127.0.0.1:${ports.edge}`;
    this.owner = stack.owner.at(this.url);
    this.directory = join(stack.directory, 'site');
    this.#environment = environmentOf(this);
  }

  static async start(atEnd: AtEnd): Promise<Site> {
    const stack = await startStack({ atEnd, gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '1000000' } });
    await stack.gateway.kill('SIGTERM');
    const [edge, blue, green] = [await freePort(), await freePort(), await freePort()];
    const site = new Site(stack, { edge, blue, green });
    for (const name of ['releases', 'state', 'web']) {
      mkdirSync(join(site.directory, name), { recursive: true });
    }
    writeFileSync(join(site.directory, 'web/200.html'), '<!doctype html><title>page</title>');
    site.#writeGatewayEnv();
    site.configure({});
    writeFileSync(join(site.directory, 'smoke.password'), OWNER.password);
    await startEdge({
      ...{ directory: join(site.directory, 'nginx'), port: edge, gatewayPort: blue, atEnd },
    });
    atEnd(() => site.#endGateways());
    return site;
  }

  state(name: string): string {
    return readFileSync(join(this.directory, 'state', name), 'utf8').trim();
  }

  get history(): readonly HistoryLine[] {
    const lines = this.state('history.jsonl').split('\n');
    return lines.map((line): HistoryLine => JSON.parse(line));
  }

  /** Changes what the environment's file says from now on. @param more as bash has it */
  configure(more: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(more)) this.#environment.set(name, value);
    const lines = [...this.#environment].map(([name, value]) => `${name}=${value}`);
    writeFileSync(join(this.directory, 'test.conf'), `${lines.join('\n')}\n`, { mode: 0o644 });
  }

  /** A release is what its main.ts does. */
  release(version: string, main = `import '${GATEWAY}';`): void {
    const directory = join(this.directory, 'releases', version, 'apps/gateway/src');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'main.ts'), `${main}\n`);
  }

  async run(script: string, ...args: readonly string[]): Promise<Ran> {
    const child = spawn(join(DEPLOY, script), args, {
      env: { ...process.env, DEPLOY_CONFIG_DIR: this.directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await closed;
    return { code: child.exitCode, output: out + err };
  }

  #writeGatewayEnv(): void {
    const hosts = [this.ports.edge, this.ports.blue, this.ports.green];
    const env = {
      ...this.stack.gatewayEnv,
      DRAIN_MS: '1000',
      ALLOWED_HOSTS: hosts.map((port) => `127.0.0.1:${port}`).join(','),
      ALLOWED_ORIGINS: this.url,
      TRUST_PROXY: '127.0.0.1',
      WEB_ROOT: join(this.directory, 'web'),
    };
    const lines = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
    writeFileSync(join(this.directory, 'gateway.env'), `${lines.join('\n')}\n`);
  }

  async #endGateways(): Promise<void> {
    for (const color of ['blue', 'green']) {
      try {
        process.kill(Number(this.state(`${color}.pid`)), 'SIGKILL');
      } catch {
        // It has never been started, or has ended.
      }
    }
    await Promise.resolve();
  }
}

function environmentOf({ directory, url, ports, stack }: Site): Map<string, string> {
  const nginx = `nginx -p ${directory}/nginx -c ${directory}/nginx/nginx.conf`;
  return new Map(
    Object.entries({
      ...{ DRIVER: 'process', STATE_DIR: `${directory}/state`, PUBLIC_URL: url },
      ...{ BLUE_PORT: String(ports.blue), GREEN_PORT: String(ports.green) },
      ...{ EDGE_FILE: `${directory}/nginx/gateways.conf`, EDGE_TEST: `(${nginx} -t)` },
      ...{ EDGE_RELOAD: `(${nginx} -s reload)`, SETTLE_SECONDS: '0.3' },
      ...{ RELEASES_DIR: `${directory}/releases`, GATEWAY_ENV_FILE: `${directory}/gateway.env` },
      ...{ NODE: process.execPath, HEALTH_SECONDS: '20', WATCH_SECONDS: '1', WATCH_EVERY: '0.2' },
      // All releases of this test are one and the same in their own words.
      ...{ CHECK_RELEASE: 'no', SMOKE_USER: OWNER.name },
      ...{ SMOKE_PASSWORD_FILE: `${directory}/smoke.password`, SMOKE_DIRECTORY: stack.projects },
    }),
  );
}
