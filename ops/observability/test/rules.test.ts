/** What the tools of Prometheus and Alertmanager say of our files, without anything running. */
import { describe, expect, test } from 'vitest';
import { alertsIn, casesIn } from './cases.ts';
import { ALERTMANAGER_CONFIG, PROMETHEUS_CONFIG, read, RULES, RULE_TESTS } from './places.ts';
import { run } from './run.ts';

const FINE = { code: 0 };
const ALERTS = RULES.flatMap((path) => alertsIn(read(path))).map(({ alert }) => alert);
const CASES = RULE_TESTS.flatMap((path) => casesIn(read(path)));
/** Lets nothing pass, which is what it is for. */
const ALWAYS_FIRES = 'Watchdog';

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

describe.each(ALERTS)('%s', (alert) => {
  const [fires, passes] = [true, false].map((wanted) =>
    CASES.some((each) => each.alert === alert && each.fires === wanted),
  );
  test('has a case on which it fires', () => expect(fires).toBe(true));
  test.skipIf(alert === ALWAYS_FIRES)('has one that it lets pass', () => expect(passes).toBe(true));
});

test('every case is one of an alert', () => {
  expect(CASES.map(({ alert }) => alert).filter((alert) => !ALERTS.includes(alert))).toEqual([]);
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
