/** Files of Grafana, Loki and Alloy, which no test starts: held to each other and to compose.yml. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { alertsIn } from './cases.ts';
import { collectorIn } from './collector.ts';
import { MOUNTS, SERVICES } from './compose.ts';
import { dashboardIn } from './dashboards.ts';
import * as places from './places.ts';

const { read } = places;

const DataSources = Type.Object({
  apiVersion: Type.Literal(1),
  datasources: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1 }),
      uid: Type.String({ minLength: 1 }),
      type: Type.String(),
      url: Type.String(),
      isDefault: Type.Optional(Type.Boolean()),
    }),
  ),
});
const Providers = Type.Object({
  apiVersion: Type.Literal(1),
  providers: Type.Array(
    Type.Object({ type: Type.Literal('file'), options: Type.Object({ path: Type.String() }) }),
  ),
});
const Loki = Type.Object({
  server: Type.Object({ http_listen_port: Type.Integer() }),
  limits_config: Type.Object({ retention_period: Type.String({ pattern: '^\\d+h$' }) }),
  compactor: Type.Object({ retention_enabled: Type.Literal(true) }),
});

const sources = Value.Parse(DataSources, parse(read(places.DATA_SOURCES))).datasources;
const loki = Value.Parse(Loki, parse(read(places.LOKI_CONFIG)));
const collector = collectorIn(read(places.ALLOY_CONFIG));
const dashboards = places.DASHBOARDS.map((path) => dashboardIn(read(path)));

test('what compose mounts is there', () => {
  expect(MOUNTS.length).toBeGreaterThan(4);
  expect(MOUNTS.filter(({ source }) => !existsSync(source))).toEqual([]);
});

describe('Grafana', () => {
  test('has a source of each kind once, one of them by default', () => {
    expect(sources.map(({ uid }) => uid).toSorted()).toEqual([
      'alertmanager',
      'loki',
      'prometheus',
    ]);
    const [first, ...more] = sources.filter(({ isDefault }) => isDefault === true);
    expect(first?.uid).toBe('prometheus'); // what dashboards ask, which `Dashboard` demands
    expect(more).toEqual([]);
  });

  test.each(sources)('finds $name among the services', ({ uid, type, url }) => {
    expect(type).toBe(uid);
    expect(Object.keys(SERVICES)).toContain(new URL(url).hostname);
  });

  test('looks for dashboards where they are mounted', () => {
    const { providers } = Value.Parse(Providers, parse(read(places.DASHBOARD_PROVIDERS)));
    const folder = dirname(places.DASHBOARDS[0] ?? '');
    const mounted = MOUNTS.filter(({ source }) => source === folder).map(({ target }) => target);
    expect(providers.map(({ options }) => options.path)).toEqual(mounted);
  });
});

test('dashboards are told apart', () => {
  const uids = dashboards.map(({ uid }) => uid);
  const expected = places.DASHBOARDS.map((path) => `ccd-${basename(path, '.json')}`);
  expect(uids).toEqual(expected);
});

describe.each(dashboards)('dashboard $title', ({ panels }) => {
  test('numbers each panel once', () => {
    const ids = panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has no panel above another', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
  });
});

test('an hour is red on the dashboard where it is an alert', () => {
  const [runaway] = places.RULES.flatMap((path) => alertsIn(read(path))).filter(
    ({ alert }) => alert === 'CostRunsAway',
  );
  const [, asked, limit] = /^(.*) > (\d+)$/.exec(runaway?.expr ?? '') ?? [];
  const panels = dashboards.flatMap((dashboard) => dashboard.panels);
  const [hour] = panels.filter(
    ({ type, targets = [] }) => type === 'stat' && targets.some(({ expr }) => expr === asked),
  );
  const steps = hour?.fieldConfig?.defaults.thresholds?.steps ?? [];
  expect(steps.find(({ color }) => color === 'red')?.value).toBe(Number(limit));
});

describe('Alloy', () => {
  test('names components that are there', () => {
    expect(collector.named.length).toBeGreaterThan(2);
    expect(collector.named.filter((name) => !collector.components.includes(name))).toEqual([]);
  });

  test('makes labels of what it has read in a line, and of no more than closed sets of words', () => {
    expect(collector.labels).toEqual(['service', 'level', 'environment', 'log']);
    expect(collector.extracted).toEqual([...collector.labels, collector.timeFrom]);
  });

  test('writes where Loki listens, and Grafana asks there', () => {
    const { hostname, port } = new URL(collector.url);
    expect({ hostname, port }).toEqual({
      hostname: 'loki',
      port: String(loki.server.http_listen_port),
    });
    expect(new URL(sources.find(({ uid }) => uid === 'loki')?.url ?? '').port).toBe(port);
  });
});

test('logs are kept for the 30 days that the documents promise', () => {
  expect(loki.limits_config.retention_period).toBe(`${30 * 24}h`);
});
