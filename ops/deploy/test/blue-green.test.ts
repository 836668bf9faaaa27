/**
 * Releases are exchanged under people's hands: no request fails, no terminal misses a byte, and a bad release goes
 * back by itself. DEPLOYMENTS=all TERMINALS=50 CONTINUES_WITHIN_MS=3000 for the long round.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GATEWAY, IS_LONG, Site } from './site.ts';
import { Requests, Terminals } from './visitors.ts';

const TERMINALS = Number(process.env['TERMINALS'] ?? 6);
const CONTINUES_WITHIN_MS = Number(process.env['CONTINUES_WITHIN_MS'] ?? 30_000);
const CONNECTIONS = 4;
/** What takes seconds of waiting each. */
const testLong = test.runIf(IS_LONG);

const tasks: (() => Promise<unknown> | void)[] = [];
const atEnd = (task: () => Promise<unknown> | void): void => void tasks.push(task);
let site: Site;

beforeAll(async () => {
  site = await Site.start(atEnd);
});
afterAll(async () => {
  for (const task of tasks.toReversed()) await task();
});

test('the first release serves, after it was used', async () => {
  site.release('1.0.0');
  const { code, output } = await site.run('deploy.sh', 'test', 'v1.0.0');
  expect(output).toContain('ok a session starts, echoes and ends');
  expect(code, output).toBe(0);
  expect(await site.owner.call('me')).toMatchObject({ user: { name: 'owner' } });
  expect([site.state('active'), site.state('active.version')]).toEqual(['blue', '1.0.0']);
});

test(`the next takes over under load, and ${TERMINALS} terminals go on`, async () => {
  site.release('1.1.0');
  const terminals = await Terminals.open(site, TERMINALS, atEnd);
  const requests = new Requests(site, CONNECTIONS);
  const { code, output } = await site.run('deploy.sh', 'test', '1.1.0');
  await requests.stop();
  expect(code, output).toBe(0);
  expect(await terminals.wrong()).toEqual([]);
  expect(requests.failures).toEqual([]);
  process.stdout.write(
    `${requests.answered} requests (${requests.askedAgain} asked again), ${TERMINALS} terminals, silent ${Math.round(terminals.silentMs)} ms\n`,
  );
  expect(terminals.silentMs).toBeLessThan(CONTINUES_WITHIN_MS);
  expect(terminals.viewers.every(({ reconnects }) => reconnects > 0)).toBe(true);
  expect([site.state('active'), site.state('active.version')]).toEqual(['green', '1.1.0']);
  for (const viewer of terminals.viewers) viewer.close();
});

test('once more is nothing to do', async () => {
  const before = site.history.length;
  const { code, output } = await site.run('deploy.sh', 'test', '1.1.0');
  expect(output).toContain('serves already');
  expect([code, site.history.length]).toEqual([0, before]);
});

test('a release that does not start is never seen by anybody', async () => {
  site.release('1.2.0', 'process.exit(1);');
  site.configure({ HEALTH_SECONDS: '1' });
  const requests = new Requests(site, 1);
  const { code } = await site.run('deploy.sh', 'test', '1.2.0');
  await requests.stop();
  site.configure({ HEALTH_SECONDS: '20' });
  expect(code).toBe(1);
  expect(requests.failures).toEqual([]);
  expect(site.history.at(-1)).toMatchObject({
    ...{ event: 'refused', version: '1.2.0', why: 'it failed its health check; 1.1.0 serves' },
  });
  expect(site.state('active.version')).toBe('1.1.0');
});

testLong('one that fails once people are there goes back by itself', async () => {
  const edge = join(site.directory, 'nginx/gateways.conf');
  site.release(
    '1.3.0',
    `import { readFileSync, watchFile } from 'node:fs';
     watchFile('${edge}', { interval: 20 }, () => {
       if (readFileSync('${edge}', 'utf8').includes('* dashboard_blue')) process.exit(1);
     });
     void import('${GATEWAY}');`,
  );
  site.configure({ WATCH_SECONDS: '30' });
  const requests = new Requests(site, 1);
  const { code } = await site.run('deploy.sh', 'test', '1.3.0');
  await requests.stop();
  site.configure({ WATCH_SECONDS: '1' });
  expect(code).toBe(1);
  expect(site.history.at(-1)).toMatchObject({
    ...{ event: 'rolled_back', version: '1.3.0' },
    why: 'it failed while it was watched; 1.1.0 serves',
  });
  expect(site.state('active.version')).toBe('1.1.0');
  expect(await site.owner.call('me')).toMatchObject({ user: { name: 'owner' } });
});

testLong('a person can go back, to the release before', async () => {
  const { code, output } = await site.run('rollback.sh', 'test', '--why', 'people complain');
  expect(code, output).toBe(0);
  expect([site.state('active'), site.state('active.version')]).toEqual(['blue', '1.0.0']);
  expect(site.history.at(-1)).toMatchObject({
    ...{ event: 'rolled_back', version: '1.1.0', why: 'people complain; 1.0.0 serves' },
  });
  expect(await site.owner.call('me')).toMatchObject({ user: { name: 'owner' } });
  expect((await site.run('rollback.sh', 'test')).code).toBe(1);
});

testLong('one that dies later goes back by itself too, after three failures in a row', async () => {
  const deployed = await site.run('deploy.sh', 'test', '1.1.0');
  expect(deployed.code, deployed.output).toBe(0);
  process.kill(Number(site.state('green.pid')), 'SIGKILL');
  await site.run('monitor.sh', 'test', '--seconds', '5');
  expect(site.history.at(-1)).toMatchObject({
    ...{ event: 'rolled_back', version: '1.1.0', why: '3 failures in a row; 1.0.0 serves' },
  });
  expect(site.state('active.version')).toBe('1.0.0');
  expect(await site.owner.call('me')).toMatchObject({ user: { name: 'owner' } });
});

test.each([
  [['1.2'], 64],
  [['latest'], 64],
  [['0.9.0'], 64],
  [['1.0.0-rc.1'], 64],
  [[], 64],
  [['9.9.9'], 1],
])('deploy.sh test %s ends with %i', async (words, code) => {
  const serves = site.state('active.version');
  expect((await site.run('deploy.sh', 'test', ...words)).code).toBe(code);
  expect(site.state('active.version')).toBe(serves);
});

test('a dry run changes nothing', async () => {
  site.release('2.0.0');
  const before = [site.history.length, site.state('active')];
  const { code, output } = await site.run('deploy.sh', 'test', '2.0.0', '--dry-run');
  expect(code, output).toBe(0);
  expect(output).toMatch(/would give 100 % of browsers to (blue|green)/);
  expect([site.history.length, site.state('active')]).toEqual(before);
  expect(existsSync(join(site.directory, 'nginx/gateways.conf.next'))).toBe(false);
});

test('an environment that others may write is not read', async () => {
  expect((await site.run('deploy.sh', 'nowhere', '1.0.0')).code).toBe(78);
});
