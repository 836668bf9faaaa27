/**
 * A gateway that is told to stop, under load: every viewer is told, one after the other, nobody new is
 * let in, every request that reached it is answered, and one line says how long each part took.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { ApiClient } from '@dashboard/testkit/api-client';
import { startStack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';

const VIEWERS = 12;
const CALLERS = 8;
const DRAIN_MS = 2_000;

interface Load {
  answered: number;
  /** As a balancer does that has seen that the gateway is not ready: what is under way goes on. */
  isOver: boolean;
}

/** @returns what was not answered */
async function call(owner: ApiClient, load: Load): Promise<unknown[]> {
  const failures: unknown[] = [];
  while (!load.isOver) {
    try {
      await owner.call('listSessions');
      load.answered++;
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

test('a drain under load loses no request and tells every viewer', async () => {
  const gatewayEnv = { DRAIN_MS: String(DRAIN_MS), RATE_LIMIT_MAX_REQUESTS: '1000000' };
  const { owner, gateway, projects } = await startStack({ gatewayEnv });
  const { id } = await owner.startSession({ directory: projects });
  const viewers = await Promise.all(
    Array.from({ length: VIEWERS }, () => new TerminalClient(owner, id).attach()),
  );
  const ticket = await viewers[0]?.takeTicket();
  const load: Load = { answered: 0, isOver: false };
  const calling = Array.from({ length: CALLERS }, () => call(owner, load));
  await until(() => load.answered > 20, { what: 'there is load' });
  const before = load.answered;

  const stopped = gateway.kill('SIGTERM');
  await gateway.logged('stopping');
  const late = await new TerminalClient(owner, id).attach(ticket).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(Error);
  if (late instanceof DashboardError) expect(late.code).toBe('draining');
  const ready = await fetch(new URL('/health/ready', owner.url));
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);

  const codes = await Promise.all(viewers.map((viewer) => viewer.waitForClose()));
  expect(codes).toEqual(Array<number>(VIEWERS).fill(1012));
  for (const { frames } of viewers) {
    expect(frames.at(-1)).toEqual({ type: 'closing', reason: 'draining', retryMs: 0 });
  }
  load.isOver = true; // the last viewer was told just before nobody is let in any more
  expect((await Promise.all(calling)).flat()).toEqual([]);
  expect(load.answered).toBeGreaterThan(before);
  expect(await stopped).toBe(0);
  const { phasesMs } = gateway.entries.findLast(({ event }) => event === 'stopped') ?? {};
  const phases = Object.keys(phasesMs as object);
  // What only watches or tidies ends before anybody notices, and what it watched ends last.
  for (const watcher of ['keyring', 'login sweeper']) {
    expect(phases.indexOf(watcher)).toBeLessThan(phases.indexOf('terminal sockets'));
  }
  expect(phases.slice(-4)).toEqual(['audit trail', 'database', 'tracing', 'event loop delay']);
  expect(phases.indexOf('terminal sockets')).toBeLessThan(phases.indexOf('http'));
  expect((phasesMs as Record<string, number>)['terminal sockets']).toBeGreaterThanOrEqual(
    DRAIN_MS - 1,
  );
  process.stdout.write(`drain: ${load.answered} requests, 0 failed; ${JSON.stringify(phasesMs)}\n`);
});
