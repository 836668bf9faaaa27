/** What the tools of Prometheus and Alertmanager say of our files, without anything running. */
import { expect, test } from 'vitest';
import { ALERTMANAGER_CONFIG, PROMETHEUS_CONFIG, RULES, RULE_TESTS } from './places.ts';
import { run } from './run.ts';

const FINE = { code: 0 };

test('rules are rules', async () => {
  expect(await run(['promtool', 'check', 'rules', ...RULES])).toMatchObject(FINE);
});

test('the configuration is one; its secret is made where it runs', async () => {
  const argv = ['promtool', 'check', 'config', '--syntax-only', PROMETHEUS_CONFIG] as const;
  expect(await run(argv)).toMatchObject(FINE);
});

test('alerts fire on what they are for, and let the rest pass', async () => {
  expect(await run(['promtool', 'test', 'rules', ...RULE_TESTS])).toMatchObject(FINE);
});

test('who is told is a configuration', async () => {
  expect(await run(['amtool', 'check-config', ALERTMANAGER_CONFIG])).toMatchObject(FINE);
});

test.each([
  ['severity=critical', 'now'],
  ['severity=warning', 'day'],
  ['severity=notice', 'people-at-work'],
  ['alertname=Watchdog', 'dead-mans-switch'],
])('%s goes to %s', async (labels, receiver) => {
  const file = `--config.file=${ALERTMANAGER_CONFIG}`;
  const ran = await run(['amtool', 'config', 'routes', 'test', file, labels]);
  expect(ran.output.split('\n')[0]).toBe(receiver); // a remark of amtool follows
});
