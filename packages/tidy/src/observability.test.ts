/** What operators are shown and told: every metric is one of ours, every alert has its runbook. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { readTree, ROOT } from './tree.ts';

const FOLDER = 'ops/observability/';
const ALERTS = `${FOLDER}prometheus/rules/alerts.yml`;
const RUNBOOKS = 'docs/runbooks/';

const files = readTree(ROOT);
const asking = files.filter(({ path }) => /\/(rules\/.*\.yml|dashboards\/.*\.json)$/.test(path));
const alerts = alertsIn(readFileSync(join(ROOT, ALERTS), 'utf8'));

interface Alert {
  readonly name: string;
  readonly runbook: string | undefined;
  readonly severity: string | undefined;
}

test('there is something to hold to this', () => {
  expect(alerts.length).toBeGreaterThan(10);
  expect(asking.length).toBeGreaterThan(4);
});

describe.each(alerts)('$name', ({ name, runbook, severity }) => {
  test('has a runbook that names it', () => {
    expect(runbook).toMatch(/^docs\/runbooks\/[a-z-]+\.md$/);
    const [title = ''] = readFileSync(join(ROOT, runbook ?? ''), 'utf8').split('\n');
    expect(title).toMatch(new RegExp(`^# .*\\b${name}\\b`));
  });

  test('goes to somebody', () => {
    expect(['critical', 'warning', 'notice', 'none']).toContain(severity);
  });
});

test('every runbook is one of an alert', () => {
  const used = new Set(alerts.map(({ runbook }) => runbook));
  const lying = files.map(({ path }) => path).filter((path) => path.startsWith(RUNBOOKS));
  expect(lying.filter((path) => !used.has(path))).toEqual([]);
});

test('rules and dashboards ask for metrics that are exported', () => {
  const exported = new Set(exportedNames());
  const unknown = asking.flatMap(({ path, text }) =>
    namesIn(text)
      .filter((name) => !exported.has(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

function alertsIn(yaml: string): readonly Alert[] {
  return yaml
    .split(/^ *- alert: /m)
    .slice(1)
    .map((text) => ({
      name: /^\w+/.exec(text)?.[0] ?? '',
      runbook: /runbook_url: *(\S+)/.exec(text)?.[1],
      severity: /severity: *(\S+)/.exec(text)?.[1],
    }));
}

/** Without what a histogram adds; `(gateway|worker)` stands for both. Recorded ones have a colon. */
function namesIn(text: string): readonly string[] {
  const found = text.matchAll(
    /(?<![:\w])dashboard_(gateway|worker|\(gateway\|worker\))_(\w+)(?!:|\w)/g,
  );
  const names = [...found].flatMap(([, app = '', rest = '']) => {
    const apps = app.startsWith('(') ? ['gateway', 'worker'] : [app];
    return apps.map((each) => `dashboard_${each}_${rest.replace(/_(bucket|count|sum)$/, '')}`);
  });
  return [...new Set(names)];
}

/** Asked of the registries themselves, as both processes fill them. */
function exportedNames(): readonly string[] {
  const code = `
    const { createRequire } = await import('node:module');
    const names = [];
    for (const app of ['gateway', 'worker']) {
      const { Registry } = createRequire(process.cwd() + '/apps/' + app + '/package.json')('prom-client');
      const registry = new Registry();
      const metrics = await import('./apps/' + app + '/src/metrics.ts');
      metrics.createGatewayMetrics?.(registry);
      metrics.registerGatewayGauges?.(registry, {});
      metrics.createWorkerMetrics?.(registry, {});
      const { registerProcessMetrics } = await import('./packages/runtime/src/process-metrics.ts');
      registerProcessMetrics(registry, { app, release: '', dataDirectory: '/', delay: {} });
      names.push(...registry.getMetricsAsArray().map(({ name }) => name));
    }
    answer(names);`;
  return evaluate(code, null) as readonly string[]; // made one line above
}
