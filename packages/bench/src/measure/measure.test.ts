/** What the benchmark computes: a figure that is wrong here is wrong in every table. */
import { spawn } from 'node:child_process';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isMet } from './claim.ts';
import { FrameReader } from './frames.ts';
import { Marker } from './marker.ts';
import { hashOf, payloadOf, PAYLOAD_NAMES, withOnlcr } from './payloads.ts';
import { filesOf, serverProcesses, threadsOf } from './processes.ts';
import { inTurn } from './rounds.ts';
import { scheduleOf } from './schedule.ts';
import { median, medianRatio, percentile } from './statistics.ts';
import { figure, formatTable } from './table.ts';

test('a frame counts wherever its stamp is cut', () => {
  const stream = Buffer.from('words ~0:100~\x1b[H more words ~1:200~\x1b[H');
  for (let cut = 0; cut <= stream.length; cut++) {
    const reader = new FrameReader(2);
    reader.output(stream.subarray(0, cut), () => undefined);
    reader.output(stream.subarray(cut), () => undefined);
    expect(reader.delaysMs, `cut at ${cut}`).toHaveLength(2);
  }
});

test('the processes of a server are those it started, without what runs in a terminal', () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  expect(serverProcesses([process.pid])).toContain(child.pid);
  expect(serverProcesses([process.ppid])).toContain(process.pid);
  expect(filesOf(process.pid)).toBeGreaterThan(2);
  expect(threadsOf(process.pid)).toBeGreaterThan(1);
});

describe('percentiles', () => {
  test('are measured values', () => {
    const hundred = Array.from({ length: 100 }, (_none, at) => 100 - at);
    expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([
      50, 95, 99, 100,
    ]);
    expect(median([3, 1, 2])).toBe(2);
    expect(percentile([], 0.5)).toBeNaN();
  });

  test('of ratios compare within a round', () => {
    // The machine was ten times slower in the second round, for both.
    expect(medianRatio([2, 20, 3], [1, 10, 1])).toBe(2);
  });
});

describe('a schedule', () => {
  const options = { count: 200, everyMs: 20, jitter: 0.8, seed: 7 };

  test('is the same for the same seed, and another for another', () => {
    expect(scheduleOf(options)).toEqual(scheduleOf(options));
    expect(scheduleOf({ ...options, seed: 8 })).not.toEqual(scheduleOf(options));
  });

  test('ascends and keeps its pace', () => {
    const times = scheduleOf(options);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(200 * 20);
  });
});

test('a marker is found wherever the stream is cut, once', () => {
  const stream = Buffer.from('xxREADREADYyy');
  for (let cut = 0; cut <= stream.length; cut++) {
    const marker = new Marker('READY');
    const found = [stream.subarray(0, cut), stream.subarray(cut)].map((part) => marker.isIn(part));
    expect(found, `cut at ${cut}`).toEqual([cut >= 11, cut < 11]);
  }
  const marker = new Marker('READY');
  const bytes = [...stream].map((byte) => marker.isIn(Uint8Array.of(byte)));
  expect(bytes.indexOf(true)).toBe(10);
  expect(bytes.filter(Boolean)).toHaveLength(1);
});

test('payloads are the same each time, and a terminal makes CR LF of their line feeds', () => {
  for (const name of PAYLOAD_NAMES) {
    const payload = payloadOf(name, 10_000);
    expect(payload.length).toBeGreaterThan(10_000);
    expect(hashOf(payload)).toBe(hashOf(payloadOf(name, 10_000)));
  }
  expect(withOnlcr(Buffer.from('ä\n\r\n漢')).toString()).toBe('ä\r\n\r\r\n漢');
});

test('rounds go A B, A B, and no new one begins when the time is up', async () => {
  const clock = new ManualClock();
  const order: string[] = [];
  const cells = ['A', 'B'].map((name) => ({
    name,
    measure: async (round: number) => {
      clock.advance(300);
      order.push(name);
      return round;
    },
  }));
  const results = await inTurn(cells, { clock, rounds: 9, seconds: 1, progress: () => undefined });
  expect(order.join('')).toBe('ABAB');
  expect(results.get('B')).toEqual([0, 1]);
});

test('a table is one that a document can hold', () => {
  const table = { title: 'T', columns: ['', 'ms'], lines: [['ours pty', '0.5']] };
  expect(formatTable(table)).toBe(
    'T\n\n|          |  ms |\n| -------- | --: |\n| ours pty | 0.5 |',
  );
  expect([0.1234, 1.234, 12.34, 1234, 0, Infinity].map(figure)).toEqual([
    '0.123',
    '1.23',
    '12.3',
    '1234',
    '0',
    '–',
  ]);
});

test('a claim of what was not measured is not met', () => {
  const claim = { what: '', unit: '', target: 2 };
  expect(isMet({ ...claim, value: 2, wants: 'at most' })).toBe(true);
  expect(isMet({ ...claim, value: 1.9, wants: 'at least' })).toBe(false);
  expect(isMet({ ...claim, value: NaN, wants: 'at most' })).toBe(false);
});
