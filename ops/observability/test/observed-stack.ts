/**
 * A whole dashboard with a real Prometheus and a real Alertmanager beside it, on our own files: only
 * addresses are others, and what is waited for is shorter.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { makeClaudeHome, type ClaudeHome } from '@dashboard/testkit/claude-home';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { parseDocument, stringify } from 'yaml';
import { ALERTMANAGER_CONFIG, PROMETHEUS_CONFIG, read, RULES } from './places.ts';
import { Prometheus } from './prometheus.ts';
import { freePort, startProgram } from './programs.ts';
import { Webhook } from './webhook.ts';

/** Of everything that is asked now and then; with the interval of our files a test took minutes. */
const EVERY = '1s';

export interface ObservedStack {
  readonly stack: Stack;
  /** Of the agents, which are scripted. */
  readonly home: ClaudeHome;
  readonly prometheus: Prometheus;
  readonly webhook: Webhook;
  /** What collectors send. */
  readonly token: string;
}

interface Addresses {
  readonly gateway: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

export async function startObservedStack(atEnd: AtEnd): Promise<ObservedStack> {
  const directory = await temporaryDirectory(atEnd);
  const token = 'the-word-of-the-collector-in-this-test';
  const tokenFile = join(directory, 'metrics.token');
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
  const webhook = await Webhook.start(atEnd);
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
  // A thousand sessions by hand are more requests than one address has in a minute.
  const gatewayEnv = { METRICS_TOKEN_FILE: tokenFile, RATE_LIMIT_MAX_REQUESTS: '1000000' };
  const home = await makeClaudeHome({ program: 'scripted', atEnd });
  const stack = await startStack({ atEnd, gatewayEnv, workerEnv: home.env });
  const addresses = {
    gateway: new URL(stack.url).host,
    prometheus: `127.0.0.1:${prometheusPort}`,
    alertmanager: `127.0.0.1:${alertmanagerPort}`,
  };
  startAlertmanager({ directory, address: addresses.alertmanager, webhook }, atEnd);
  startProgram(
    [
      'prometheus',
      `--config.file=${writePrometheusConfig(directory, addresses, tokenFile)}`,
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      `--web.listen-address=${addresses.prometheus}`,
      // An alert that fired before Alertmanager was found is told again after this time.
      `--rules.alert.resend-delay=${EVERY}`,
    ],
    atEnd,
  );
  const prometheus = new Prometheus(`http://${addresses.prometheus}`);
  await until(() => prometheus.isReady(), { what: 'Prometheus is ready', timeoutMs: 30_000 });
  return { stack, home, prometheus, webhook, token };
}

function writePrometheusConfig(directory: string, to: Addresses, tokenFile: string): string {
  const config = parseDocument(read(PROMETHEUS_CONFIG));
  const set = (path: string, value: unknown): void => {
    const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    if (!config.hasIn(keys)) throw new Error(`prometheus.yml has no ${path} any more`);
    config.setIn(keys, value);
  };
  for (const name of ['scrape_interval', 'scrape_timeout', 'evaluation_interval']) {
    set(`global.${name}`, EVERY);
  }
  set('rule_files', copyRules(directory));
  set('alerting.alertmanagers.0.static_configs.0.targets', [to.alertmanager]);
  const targets = [to.gateway, to.gateway, to.prometheus, to.alertmanager];
  targets.forEach((target, job) => {
    set(`scrape_configs.${job}.static_configs.0.targets`, [target]);
  });
  // The second job has the same authorization by an alias.
  set('scrape_configs.0.authorization.credentials_file', tokenFile);
  const path = join(directory, 'prometheus.yml');
  writeFileSync(path, config.toString());
  return path;
}

/** Nobody waits until an alert is sure of itself. @returns their pattern */
function copyRules(directory: string): readonly string[] {
  const rules = join(directory, 'rules');
  mkdirSync(rules);
  for (const file of RULES) {
    writeFileSync(join(rules, basename(file)), read(file).replaceAll(/^( +for:) .*$/gm, '$1 0s'));
  }
  return [join(rules, '*.yml')];
}

function startAlertmanager(
  { directory, address, webhook }: { directory: string; address: string; webhook: Webhook },
  atEnd: AtEnd,
): void {
  const slackFile = join(directory, 'slack.url');
  const tokenFile = join(directory, 'alerts.token');
  writeFileSync(slackFile, `${webhook.url}/slack`);
  writeFileSync(tokenFile, 'the-word-of-the-webhook');
  const text = stringify(parseDocument(read(ALERTMANAGER_CONFIG), { merge: true }).toJS())
    .replaceAll(/(group_wait|group_interval): .*/g, (_all, name) => `${String(name)}: ${EVERY}`)
    .replaceAll('http://alerts.example.com', webhook.url)
    .replaceAll('/run/secrets/slack.url', slackFile)
    .replaceAll('/run/secrets/alerts.token', tokenFile);
  const config = join(directory, 'alertmanager.yml');
  writeFileSync(config, text);
  startProgram(
    [
      'prometheus-alertmanager',
      `--config.file=${config}`,
      `--storage.path=${join(directory, 'alertmanager')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=', // alone
    ],
    atEnd,
  );
}
