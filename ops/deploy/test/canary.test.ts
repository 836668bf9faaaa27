/** A part of the browsers gets a release first, and a real Prometheus says whether the others do: DEPLOYMENTS=all. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrometheus } from './prometheus.ts';
import { GATEWAY, IS_LONG, Site } from './site.ts';
import { Requests } from './visitors.ts';

const HAS_PROMETHEUS = spawnSync('prometheus', ['--version']).status === 0;
const CONNECTIONS = 2;
const tasks: (() => Promise<unknown> | void)[] = [];
const atEnd = (task: () => Promise<unknown> | void): void => void tasks.push(task);
let site: Site;

describe.runIf(IS_LONG && HAS_PROMETHEUS)('a canary', () => {
  beforeAll(async () => {
    site = await Site.start(atEnd);
    site.release('1.0.0');
    site.configure({ SMOKE_USER: '', WATCH_SECONDS: '0.1' });
    const { code, output } = await site.run('deploy.sh', 'test', '1.0.0');
    expect(code, output).toBe(0);
    site.configure({
      ...{ PROMETHEUS_URL: await startPrometheus(site, atEnd), PROMETHEUS_WINDOW: '5s' },
      ...{ CANARY_STEPS: '(25 50 100)', CANARY_STEP_SECONDS: '5', CANARY_EVERY: '0.5' },
      // The machine of a test is slow at times, and this one is about errors.
      P99_SECONDS_MAX: '30',
    });
  });
  afterAll(async () => {
    for (const task of tasks.toReversed()) await task();
  });

  const events = (version: string): string[] =>
    site.history
      .filter((line) => line.version === version)
      .map(({ event, why }) => `${event} ${why}`);

  test('that is as good as the one before gets everybody, step by step', async () => {
    site.release('1.1.0');
    const requests = new Requests(site, CONNECTIONS);
    const { code, output } = await site.run('deploy.sh', 'test', '1.1.0', '--canary');
    await requests.stop();
    expect(code, output).toBe(0);
    expect(requests.failures).toEqual([]);
    expect(events('1.1.0')).toEqual([
      ...['started beside 1.0.0, as green', 'step 25 %', 'step 50 %', 'step 100 %'],
      'deployed as green',
    ]);
  });

  test('with a rising error rate goes back by itself, after the first step', async () => {
    // It is ready, and what it needs of the worker fails: as with a release that does not understand it.
    site.release(
      '1.2.0',
      `process.env.WORKER_SOCKET = '/nowhere.sock'; void import('${GATEWAY}');`,
    );
    const requests = new Requests(site, CONNECTIONS);
    const { code } = await site.run('deploy.sh', 'test', '1.2.0', '--canary');
    await requests.stop();
    expect(code).toBe(1);
    expect(events('1.2.0').at(-1)).toMatch(
      /^rolled_back error rate 0\.\d+ at 25 %; 1\.1\.0 serves$/,
    );
    expect(site.state('active.version')).toBe('1.1.0');
    const others = requests.failures.filter((words) => words !== '/api/sessions 503');
    expect(others).toEqual([]);
    await site.owner.call('listSessions');
  });

  test('of which Prometheus knows nothing does not go on', async () => {
    site.release('1.3.0');
    site.configure({ GREEN_INSTANCE: 'nobody', BLUE_INSTANCE: 'nobody', CANARY_STEP_SECONDS: '1' });
    const { code } = await site.run('deploy.sh', 'test', '1.3.0', '--canary');
    expect(code).toBe(1);
    expect(events('1.3.0').at(-1)).toContain('Prometheus knows nothing of it at 25 %');
  });
});
