/** A real Prometheus that asks both gateways every second. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { freePort } from '@dashboard/testkit/edge';
import { until } from '@dashboard/testkit/until';
import type { Site } from './site.ts';

/** @returns its address */
export async function startPrometheus(site: Site, atEnd: AtEnd): Promise<string> {
  const port = await freePort();
  const config = join(site.directory, 'prometheus.yml');
  const targets = [site.ports.blue, site.ports.green].map((each) => `'127.0.0.1:${each}'`);
  writeFileSync(
    config,
    `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: gateway
    static_configs: [{ targets: [${targets.join(', ')}] }]
`,
  );
  const argv = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(site.directory, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn('prometheus', argv, { stdio: 'ignore' });
  atEnd(async () => {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await up(url)) === 1, { what: 'it asks a gateway', timeoutMs: 40_000 });
  return url;
}

async function up(url: string): Promise<number> {
  const query = encodeURIComponent('sum(up)');
  const answer = await fetch(`${url}/api/v1/query?query=${query}`).then(
    async (response) => await response.text(),
    () => '',
  );
  return Number(/"value":\[[^,]*,"(\d+)"/.exec(answer)?.[1] ?? 0);
}
