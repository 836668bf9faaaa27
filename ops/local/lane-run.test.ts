/** A lane with the real test runner: what failed by chance is named, what fails again is red. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runLane } from './lane-run.mjs';
import type { Lane } from './lanes.mjs';
import { ROOT } from './places.mjs';
import { failedFiles } from './reports.mjs';

const STEADY = `test('a', () => {}); test('b', () => {});`;
const SECOND_TIME = `
import { existsSync, writeFileSync } from 'node:fs';
test('passes', () => {});
test('fails once', () => {
  const isSecond = existsSync('been-here');
  writeFileSync('been-here', '');
  expect(isSecond).toBe(true);
});`;

test('what passes the second time is passed, and named', async () => {
  const outcome = await lane({ 'steady.test.mjs': STEADY, 'chance.test.mjs': SECOND_TIME });
  expect(outcome).toMatchObject({ passed: 4, failed: 0, skipped: 0 });
  expect(outcome.flaky).toEqual([expect.stringMatching(/chance\.test\.mjs$/)]);
});

test('what fails again, or does not load, is failed', async () => {
  const outcome = await lane({
    'steady.test.mjs': STEADY,
    'broken.test.mjs': `test('never', () => expect(1).toBe(2));`,
    'chance.test.mjs': SECOND_TIME,
  });
  expect(outcome).toMatchObject({ passed: 4, failed: 1 });
  expect(outcome.flaky).toEqual([expect.stringMatching(/chance\.test\.mjs$/)]);
  expect(await lane({ 'unreadable.test.mjs': 'throw 1' })).toMatchObject({ failed: 1, flaky: [] });
});

test('failed files are found in the report of the browser tests, in groups too', () => {
  const failed = { specs: [{ ok: true }, { ok: false }] };
  const suites = [
    { file: 'good.test.ts', specs: [{ ok: true }] },
    { file: 'bad.test.ts', ...failed },
    { file: 'deep.test.ts', specs: [], suites: [{ suites: [failed] }] },
  ];
  expect(failedFiles('playwright', JSON.stringify({ suites }))).toEqual([
    'bad.test.ts',
    'deep.test.ts',
  ]);
});

async function lane(files: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), 'lane-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const cwd = join(directory, 'tests');
  await mkdir(cwd);
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const reportFile = join(directory, 'report.json');
  const vitest = join(ROOT, 'node_modules', '.bin', 'vitest');
  const argv: Lane['argv'] = [
    vitest,
    ...['run', '--globals', '--reporter=json', `--outputFile=${reportFile}`],
  ];
  return runLane(
    { name: 'inner', what: 'a lane in a lane', argv, report: 'vitest', cwd, timeoutMs: 60_000 },
    { env: { PATH: process.env['PATH'] }, reportFile, signal: new AbortController().signal },
  );
}
