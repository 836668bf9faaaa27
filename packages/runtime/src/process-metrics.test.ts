/** What every daemon tells of its process. */
import { tmpdir } from 'node:os';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { registerProcessMetrics } from './process-metrics.ts';

async function collected(): Promise<string> {
  const registry = new Registry();
  registerProcessMetrics(registry, {
    app: 'gateway',
    release: '1.2.3',
    dataDirectory: tmpdir(),
    delay: { take: () => ({ p99Seconds: 0.01, maxSeconds: 0.5 }) },
  });
  return await registry.metrics();
}

test.each([
  /^process_resident_memory_bytes [1-9]/m,
  /^process_open_fds [1-9]/m,
  /^process_cpu_seconds_total /m,
  /^dashboard_gateway_build_info\{version="1\.2\.3",node="v\d+/m,
  /^dashboard_gateway_event_loop_delay_seconds\{statistic="max"\} 0\.5$/m,
  /^dashboard_gateway_disk_free_bytes [1-9]/m,
  /^dashboard_gateway_disk_size_bytes [1-9]/m,
])('%s', async (line) => {
  expect(await collected()).toMatch(line);
});

test('no gauge has the name of a counter, and the loop is not measured twice', async () => {
  expect(await collected()).not.toMatch(/^(nodejs_active|nodejs_eventloop)/m);
});
