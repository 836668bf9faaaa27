/** A site to deploy to: a worker, people, an nginx in front, releases in a directory, and the environment's file. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ApiClient } from '@dashboard/testkit/api-client';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { OWNER, startStack, type Stack } from '@dashboard/testkit/stack';
import { until } from '@dashboard/testkit/until';

const DEPLOY = join(import.meta.dirname, '..');
const ROOT = join(DEPLOY, '../..');
const EDGE = join(ROOT, 'ops/edge/nginx');
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
    for (const name of ['releases', 'state', 'nginx/logs', 'web']) {
      mkdirSync(join(site.directory, name), { recursive: true });
    }
    writeFileSync(join(site.directory, 'web/200.html'), '<!doctype html><title>page</title>');
    site.#writeGatewayEnv();
    site.configure({});
    writeFileSync(join(site.directory, 'smoke.password'), OWNER.password);
    await site.#startEdge(atEnd);
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

  /** With the files that are shipped, at another place and another port. */
  async #startEdge(atEnd: AtEnd): Promise<void> {
    const directory = join(this.directory, 'nginx');
    const shipped = (name: string): string =>
      readFileSync(join(EDGE, name), 'utf8').replaceAll(
        '/etc/nginx/claude-code-dashboard',
        directory,
      );
    for (const name of ['http.conf', 'server.conf', 'proxy.conf']) {
      writeFileSync(join(directory, name), shipped(name).replaceAll(/rate=\d+r/g, 'rate=10000r'));
    }
    writeFileSync(join(directory, 'gateways.conf'), this.#firstGateways());
    writeFileSync(join(directory, 'nginx.conf'), nginxConf(directory, this.ports.edge));
    const nginx = ['-p', directory, '-c', join(directory, 'nginx.conf')];
    const started = spawnSync('nginx', nginx, { encoding: 'utf8' });
    if (started.status !== 0) throw new Error(`nginx does not start: ${started.stderr}`);
    atEnd(() => void spawnSync('nginx', [...nginx, '-s', 'stop']));
    await until(
      async () =>
        await fetch(this.url).then(
          () => true,
          () => false,
        ),
      { what: 'nginx answers' },
    );
  }

  #firstGateways(): string {
    const single = readFileSync(join(EDGE, 'gateways.single.conf'), 'utf8');
    return single.replace(':3000', `:${this.ports.blue}`);
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

function nginxConf(directory: string, port: number): string {
  return `
    pid ${directory}/nginx.pid;
    error_log ${directory}/logs/error.log;
    worker_processes 2;
    worker_shutdown_timeout 10m;
    events { worker_connections 1024; }
    http {
      access_log off;
      client_body_temp_path ${directory}/body;
      proxy_temp_path ${directory}/proxy;
      fastcgi_temp_path ${directory}/fastcgi;
      uwsgi_temp_path ${directory}/uwsgi;
      scgi_temp_path ${directory}/scgi;
      include ${directory}/http.conf;
      server { listen 127.0.0.1:${port}; include ${directory}/server.conf; }
    }`;
}

/** Free a moment ago; programs that are told a number want it before they start. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // of TCP
  server.close();
  await once(server, 'close');
  return port;
}
