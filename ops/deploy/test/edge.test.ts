/** What stands in front: the files that are shipped are read by the programs that they are for. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@dashboard/testkit/edge';
import { startStack } from '@dashboard/testkit/stack';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { IS_LONG } from './site.ts';

const EDGE = join(import.meta.dirname, '../../edge');
const HOST = 'dashboard.example.com';
const HAS_CADDY = spawnSync('caddy', ['version']).status === 0;
const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

test.skipIf(!HAS_CADDY)('Caddy takes its file', () => {
  const argv = ['validate', '--adapter', 'caddyfile', '--config', join(EDGE, 'caddy/Caddyfile')];
  const { status, stderr } = spawnSync('caddy', argv, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
});

/** The whole of it, with a certificate of a moment, on ports that anybody may have. */
async function startWithTls(gatewayPort: number): Promise<{ plain: number; secure: number }> {
  const directory = await temporaryDirectory();
  const [plain, secure] = [await freePort(), await freePort()];
  mkdirSync(join(directory, 'logs'));
  const certificate = ['-keyout', 'dashboard.key', '-out', 'dashboard.pem', '-days', '1', '-nodes'];
  const openssl = ['req', '-x509', '-newkey', 'rsa:2048', '-subj', '/CN=dashboard.example.com'];
  spawnSync('openssl', [...openssl, ...certificate], { cwd: directory });
  for (const name of readdirSync(join(EDGE, 'nginx')).filter((each) => !/waf|modsec/.test(each))) {
    const shipped = readFileSync(join(EDGE, 'nginx', name), 'utf8')
      .replaceAll('/etc/nginx/claude-code-dashboard', directory)
      .replaceAll(/\/etc\/ssl\/(certs|private)/g, directory)
      .replaceAll(/listen \[::\].*/g, '')
      .replace('listen 80;', `listen 127.0.0.1:${plain};`)
      .replace('listen 443', `listen 127.0.0.1:${secure}`)
      .replace(':3000', `:${gatewayPort}`);
    writeFileSync(join(directory, name.replace('.single', '')), shipped);
  }
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = join(directory, 'nginx.conf');
  writeFileSync(
    config,
    `pid ${directory}/nginx.pid; error_log ${directory}/logs/error.log; events {}
     http { access_log off; ${paths.map((name) => `${name}_temp_path ${directory}/${name};`).join(' ')}
     include ${directory}/dashboard.conf; }`,
  );
  const nginx = ['-p', directory, '-c', config];
  const { status, stderr } = spawnSync('nginx', nginx, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  onTestFinished(() => void spawnSync('nginx', [...nginx, '-s', 'stop']));
  return { plain, secure };
}

async function get(
  port: number,
  path: string,
): Promise<{ status: number; headers: NodeJS.Dict<unknown> }> {
  const sent = request({
    ...{
      host: '127.0.0.1',
      port,
      path,
      rejectUnauthorized: false,
      servername: HOST,
    },
    headers: { host: HOST },
  });
  sent.end();
  const [response] = await once(sent, 'response');
  await text(response);
  return { status: response.statusCode, headers: response.headers };
}

test.runIf(IS_LONG && HAS_OPENSSL)(
  'nginx speaks TLS, says so for a year, and keeps to itself what is not for browsers',
  async () => {
    const gatewayPort = await freePort();
    await startStack({
      gatewayEnv: {
        ...{ PORT: String(gatewayPort), TRUST_PROXY: '127.0.0.1' },
        ...{ ALLOWED_HOSTS: HOST, ALLOWED_ORIGINS: `https://${HOST}` },
      },
      isSetUp: false,
    });
    const { plain, secure } = await startWithTls(gatewayPort);
    const live = async (): Promise<boolean> => (await get(secure, '/health/live')).status === 200;
    await until(live, { what: 'it answers' });
    const { headers } = await get(secure, '/health/live');
    expect(headers['strict-transport-security']).toMatch(/^max-age=31536000/);
    expect(headers['server']).toBe('nginx');
    expect((await get(secure, '/metrics')).status).toBe(404);
    expect((await get(secure, '/login')).headers['strict-transport-security']).toBe(
      headers['strict-transport-security'], // once, not also from the gateway
    );
    const redirected = await fetch(`http://127.0.0.1:${plain}/login`, { redirect: 'manual' });
    expect(redirected.status).toBe(301);
  },
);

test.runIf(IS_LONG && HAS_OPENSSL)(
  'who asks too often is refused by nginx, before the gateway hears of it',
  async () => {
    const { plain, secure } = await startWithTls(await freePort());
    expect(plain).toBeGreaterThan(0);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await get(secure, '/api/login')).status),
    );
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(8);
  },
);
