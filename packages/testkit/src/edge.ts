/** A real nginx in front of gateways, with the files of ops/edge at another place and another port. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { atTestEnd, type AtEnd } from './at-end.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { until } from './until.ts';

const SHIPPED = join(import.meta.dirname, '../../../ops/edge/nginx');
const INSTALLED_AT = '/etc/nginx/claude-code-dashboard';
const WAF_MODULES = '/usr/lib/nginx/modules';

export interface EdgeOptions {
  /** Made by this; everything that nginx writes is in it. */
  readonly directory: string;
  readonly port: number;
  /** To whom requests go. */
  readonly gatewayPort: number;
  /** ModSecurity with the rules that are shipped. */
  readonly hasWaf?: boolean;
  readonly atEnd?: AtEnd;
}

export interface Edge {
  readonly url: string;
  /** nginx with its configuration, for whoever has it read that again. */
  readonly argv: readonly [string, ...string[]];
}

/** Whether nginx is installed here, and the modules of ModSecurity. */
export function hasNginx({ hasWaf = false } = {}): boolean {
  const { status } = spawnSync('nginx', ['-v']);
  if (status !== 0 || !hasWaf) return status === 0;
  return spawnSync('test', ['-f', `${WAF_MODULES}/ngx_http_modsecurity_module.so`]).status === 0;
}

export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { directory, port, gatewayPort, hasWaf = false, atEnd = atTestEnd } = options;
  mkdirSync(join(directory, 'logs'), { recursive: true });
  const files = ['http.conf', 'server.conf', 'proxy.conf', ...(hasWaf ? WAF_FILES : [])];
  for (const name of files) writeFileSync(join(directory, name), shipped(name, directory));
  const gateways = shipped('gateways.single.conf', directory).replace(':3000', `:${gatewayPort}`);
  writeFileSync(join(directory, 'gateways.conf'), gateways);
  const config = join(directory, 'nginx.conf');
  writeFileSync(config, mainConfig(directory, { port, hasWaf }));
  const argv = ['nginx', '-p', directory, '-c', config] as const;
  const started = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  if (started.status !== 0) throw new Error(`nginx does not start: ${started.stderr}`);
  atEnd(() => void spawnSync(argv[0], [...argv.slice(1), '-s', 'stop']));
  const url = `http://127.0.0.1:${port}`;
  const answers = async (): Promise<boolean> => {
    return await fetch(url).then(
      () => true,
      () => false,
    );
  };
  await until(answers, { what: 'nginx answers' });
  return { url, argv };
}

/** A dashboard whose people come through nginx; its gateway is there before anybody asks. */
export async function startStackBehindEdge(
  options: StackOptions & { readonly hasWaf?: boolean } = {},
): Promise<Stack> {
  const { hasWaf = false, atEnd = atTestEnd } = options;
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const directory = await temporaryDirectory(atEnd);
  const { url } = await startEdge({ directory, port, gatewayPort, hasWaf, atEnd });
  const gatewayEnv = {
    ...{ PORT: String(gatewayPort), TRUST_PROXY: '127.0.0.1', RATE_LIMIT_MAX_REQUESTS: '1000000' },
    // Passkeys want a name.
    ALLOWED_HOSTS: `127.0.0.1:${port},localhost:${port}`,
    ALLOWED_ORIGINS: `${url},http://localhost:${port}`,
    ...options.gatewayEnv,
  };
  const stack = await startStack({ ...options, gatewayEnv });
  stack.gateway.setEnv({ PORT: String(gatewayPort) });
  return stack;
}

const WAF_FILES = ['modsecurity.conf', 'waf.conf'];

/** A test asks faster than people do. */
function shipped(name: string, directory: string): string {
  return readFileSync(join(SHIPPED, name), 'utf8')
    .replaceAll(INSTALLED_AT, directory)
    .replaceAll('/var/log/nginx', join(directory, 'logs'))
    .replaceAll(/rate=\d+r/g, 'rate=10000r')
    .replaceAll(/burst=\d+/g, 'burst=10000')
    .replaceAll(/^limit_conn .*$/gm, '');
}

function mainConfig(
  directory: string,
  { port, hasWaf }: { port: number; hasWaf: boolean },
): string {
  const modules = hasWaf ? `load_module ${WAF_MODULES}/ngx_http_modsecurity_module.so;` : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${directory}/${name};`,
  );
  return `${modules}
    pid ${directory}/nginx.pid;
    error_log ${directory}/logs/error.log;
    worker_processes 2;
    worker_shutdown_timeout 10m;
    events { worker_connections 1024; }
    http {
      access_log off;
      ${temporary.join(' ')}
      include ${directory}/http.conf;
      server { listen 127.0.0.1:${port}; include ${directory}/server.conf; }
    }`;
}

/** Free a moment ago: for programs that have to know a number before they start. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // of TCP
  server.close();
  await once(server, 'close');
  return port;
}
