/**
 * What the fault tests share: how often to do it, where the figures go, and what must be true of a
 * screen after any of it. Counts come from the environment: a few by default, many by hand.
 */
import { appendFileSync } from 'node:fs';
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import { SCROLLBACK_LINES } from '@dashboard/protocol/limits';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import { lineOf } from '@dashboard/testkit/numbered-lines';
import type { ScreenReader } from '@dashboard/testkit/screen-reader';
import type { Stack } from '@dashboard/testkit/stack';
import type { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect } from 'vitest';

/** A test asks for more in a minute than a person does in an hour. */
export const UNLIMITED = { RATE_LIMIT_MAX_REQUESTS: '1000000' } as const;

/** A viewer is back within this time after a gateway was killed, its restart included. */
export const BACK_WITHIN_MS = 3_000;

/** @param name of an environment variable that holds another count */
export function countFrom(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

/** A run by hand, which may take minutes and is asked for figures; not one of many tests. */
export const IS_LONG = countFrom('FAULT_ROUNDS', 0) >= 20;

/** @param share 0.5 for the median, 1 for the largest. @returns 0 where there are none */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** One line of JSON in the file that FAULT_FIGURES names; nothing is printed. */
export function keepFigures(name: string, figures: Readonly<Record<string, unknown>>): void {
  const path = process.env['FAULT_FIGURES'];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify({ name, ...figures })}\n`);
}

/** Until the line stands on the screen by itself. */
export async function untilShown(
  reader: ScreenReader,
  line: string,
  timeoutMs = 15_000,
): Promise<void> {
  const isShown = (): boolean => reader.screen().includes(line);
  await until(isShown, { what: `the screen shows ${line}`, timeoutMs }).catch((cause: unknown) => {
    throw new Error(`it shows:\n${reader.screen().join('\n')}`, { cause });
  });
}

/** From the oldest line that is left to the last one and END: each once, in order. */
export async function expectEveryLineOnce(reader: ScreenReader, count: number): Promise<void> {
  const { first, lines } = await expectNoGap(reader, Math.min(count, SCROLLBACK_LINES));
  const end = lines.lastIndexOf('END');
  expect(lines[end - 1], 'nothing between the last line and END').toBe(lineOf(count - 1));
  expect(lines.filter((line) => /^\d{8}/.test(line))).toHaveLength(count - first);
}

/** Of what is drawn by now: as much as a snapshot brings, each line once, in order. */
export async function expectNoGap(
  reader: ScreenReader,
  linesMin = SCROLLBACK_LINES,
): Promise<{ first: number; lines: readonly string[] }> {
  const lines = await reader.lines();
  // The newest may be under way.
  const numbered = lines.filter((line) => /^\d{8} [a-z]{40}$/.test(line));
  const first = Number(numbered[0]?.slice(0, 8));
  expect(numbered.length).toBeGreaterThanOrEqual(linesMin);
  expect(numbered).toEqual(numbered.map((_line, at) => lineOf(first + at)));
  return { first, lines };
}

/** Until the viewer has been cut off, is attached again and has received something. */
export async function untilBack(
  client: TerminalClient,
  { lossesBefore, timeoutMs = 20_000 }: { lossesBefore: number; timeoutMs?: number },
): Promise<void> {
  await until(() => client.reconnects > lossesBefore && client.isAttached, {
    what: 'the viewer is attached again',
    timeoutMs,
  });
  const { offset, epoch } = client;
  await until(() => client.offset !== offset || client.epoch !== epoch, {
    what: 'output goes on',
    timeoutMs,
  });
}

export async function untilExited(
  client: TerminalClient,
  timeoutMs = 15_000,
): Promise<Extract<WorkerFrame, { type: 'exited' }>> {
  return await until(() => client.exit, { what: 'the viewer is told of the end', timeoutMs });
}

/** All sessions, newest first, once the gateway reaches the worker. */
export async function listed({ owner }: Stack): Promise<readonly SessionSummary[]> {
  return await until(
    async () =>
      await owner.call('listSessions').then(
        ({ sessions }) => sessions,
        () => undefined,
      ),
    { what: 'the gateway reaches the worker' },
  );
}

/** A session, once the gateway reaches the worker: its own line to it may come back after the viewers'. */
export async function reached({ owner }: Stack, id: SessionId): Promise<SessionSummary> {
  const answer = async (): Promise<SessionSummary | undefined> =>
    await owner.session(id).catch((error: unknown) => {
      if (error instanceof DashboardError && error.code === 'worker_unavailable') return undefined;
      throw error;
    });
  return await until(answer, { what: 'the gateway reaches the worker', timeoutMs: 30_000 });
}

/** Only where time itself is what is measured, or where a fault is to meet another moment each round. */
export async function delayOf(ms: number): Promise<void> {
  await new Promise((resolve) =>
    AbortSignal.timeout(Math.round(ms)).addEventListener('abort', resolve),
  );
}
