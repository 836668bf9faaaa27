/** Where the files of this folder are, for its tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const HERE = join(import.meta.dirname, '..');
export const PROMETHEUS_CONFIG = join(HERE, 'prometheus/prometheus.yml');
export const RULES = filesIn('prometheus/rules');
export const RULE_TESTS = filesIn('prometheus/tests');
export const DASHBOARDS = filesIn('grafana/dashboards');
export const DATA_SOURCES = join(HERE, 'grafana/provisioning/datasources/dashboard.yml');
export const DASHBOARD_PROVIDERS = join(HERE, 'grafana/provisioning/dashboards/dashboard.yml');
export const LOKI_CONFIG = join(HERE, 'loki/loki.yml');
export const ALLOY_CONFIG = join(HERE, 'alloy/config.alloy');
export const COMPOSE = join(HERE, '../../compose.yml');
export const ALERTMANAGER_CONFIG = join(HERE, 'alertmanager/alertmanager.yml');

export function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Absolute. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(join(HERE, folder))
    .sort()
    .map((name) => join(HERE, folder, name));
}
