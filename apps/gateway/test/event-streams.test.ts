/** The stream of events: in order, resumed without a gap, cut where nobody reads, and idle when nothing happens. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { SessionId } from '@dashboard/protocol/ids';
import { systemClock } from '@dashboard/runtime/clock';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { EventStream } from './event-stream.ts';
import { sharedStack } from './shared-stack.ts';

const stack = sharedStack({ engine: 'pty', gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '1000000' } });
const RENAMES = 20;

async function startSession(name = 'first'): Promise<SessionId> {
  return (await stack().owner.startSession({ directory: stack().projects, name })).id;
}

async function renameAll(id: SessionId, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await stack().owner.call('renameSession', { params: { id }, body: { name } });
  }
}

/** Names of one session, each once, as they were told. */
function namesIn(stream: EventStream, id: string): string[] {
  const names = stream.events.flatMap(({ event }) =>
    event.type === 'session' && event.session.id === id ? [event.session.name] : [],
  );
  return names.filter((name, place) => name !== names[place - 1]);
}

const numbered = (count: number, word: string): string[] =>
  Array.from({ length: count }, (_, place) => `${word} ${place}`);

const hasName = (stream: EventStream, name: string | undefined): Promise<unknown> =>
  stream.waitFor(
    `name ${name}`,
    (event) => event.type === 'session' && event.session.name === name,
  );

test('how things stand comes first, then everything in the order in which it happened', async () => {
  const stream = await EventStream.open(stack().owner);
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  const id = await startSession();
  const names = numbered(RENAMES, 'order');
  await renameAll(id, names);
  await hasName(stream, names.at(-1));
  expect(stream.events.slice(0, 2)).toMatchObject([
    { id: undefined, event: { type: 'worker', isConnected: true } },
    { event: { type: 'reset' } },
  ]);
  expect(namesIn(stream, id)).toEqual(['first', ...names]);
  const numbers = stream.events.slice(1).map((one) => Number(one.id?.split('.')[1]));
  expect(numbers).toEqual(numbers.map((_, place) => (numbers[0] ?? 0) + place));
});

test('a tab that was away gets exactly what it missed', async () => {
  const id = await startSession();
  const first = await EventStream.open(stack().owner);
  await renameAll(id, ['before']);
  await hasName(first, 'before');
  const witness = await EventStream.open(stack().owner, first.lastId);
  const { lastId } = first;
  first.close();
  const missed = numbered(RENAMES, 'missed');
  await renameAll(id, missed);
  await hasName(witness, missed.at(-1));
  const again = await EventStream.open(stack().owner, lastId);
  await renameAll(id, ['after']);
  await hasName(again, 'after');
  await hasName(witness, 'after');
  expect(again.events.map(({ event }) => event.type)).not.toContain('reset');
  expect(again.events).toEqual(witness.events);
  expect(namesIn(again, id).filter((name) => name !== 'before')).toEqual([...missed, 'after']);
});

test('a place that is not known is answered with reset', async () => {
  const stream = await EventStream.open(stack().owner);
  await stream.waitFor('a reset', ({ type }) => type === 'reset');
  const [epoch = '', number = ''] = stream.lastId.split('.');
  const unknown = [
    ...['', 'x', '.', '1', epoch, `${epoch}.`, `${epoch}.-1`, `${epoch}.1e3`, `${epoch}.NaN`],
    ...[`${epoch}.${Number(number) + 1000}`, `00000000-0000-4000-8000-000000000000.${number}`],
    'x'.repeat(4_000),
  ];
  for (const lastId of unknown) {
    const again = await EventStream.open(stack().owner, lastId);
    await until(() => again.events[1], { what: 'two events' });
    expect([lastId, again.events[1]?.event.type]).toEqual([lastId, 'reset']);
    again.close();
  }
});

test('what a program prints is told as a preview', async () => {
  const id = await startSession();
  const stream = await EventStream.open(stack().owner);
  const client = await new TerminalClient(stack().owner, id).attach();
  client.type('echo pre""viewed\r');
  await stream.waitFor(
    'the preview',
    (event) => event.type === 'session' && event.session.preview.includes('previewed'),
  );
});

test(
  'a tab that reads nothing is cut off, and the others miss nothing',
  { timeout: 60_000 },
  async () => {
    const { owner, url } = stack();
    const id = await startSession();
    const reader = await EventStream.open(owner);
    const stalled = connect(Number(new URL(url).port), new URL(url).hostname);
    let isCut = false;
    stalled.on('close', () => (isCut = true)).on('error', () => undefined);
    onTestFinished(() => void stalled.destroy());
    const head = `Host: ${new URL(url).host}\r\nCookie: ${owner.cookieHeader}`;
    stalled.write(`GET /api/events HTTP/1.1\r\n${head}\r\n\r\n`);
    stalled.pause();
    // Each rename tells the whole session, with a preview of about 2 KB.
    const client = await new TerminalClient(owner, id).attach();
    client.type(`for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do printf '%0119d\\n' $i; done\r`);
    await client.waitForText('13\r\n');
    let sent = 0;
    const isSlowGone = async (): Promise<boolean> => {
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const body = { name: `flood ${++sent}` };
          await owner.call('renameSession', { params: { id }, body });
        }),
      );
      return openSockets(stalled.localPort ?? 0) === 0;
    };
    await until(isSlowGone, { what: 'the gateway cuts the stalled stream', timeoutMs: 50_000 });
    stalled.resume();
    await until(() => isCut, { what: 'the stalled stream ends' });
    await renameAll(id, ['last of all']);
    await hasName(reader, 'last of all');
    const numbers = reader.events.slice(1).map((one) => Number(one.id?.split('.')[1]));
    expect(numbers).toEqual(numbers.map((_, place) => (numbers[0] ?? 0) + place));
  },
);

test('streams on which nothing happens cost nothing', async () => {
  const streams = await Promise.all(
    Array.from({ length: 40 }, async () => await EventStream.open(stack().owner)),
  );
  for (const stream of streams) await stream.waitFor('a reset', ({ type }) => type === 'reset');
  const before = cpuMs(stack().gateway.pid);
  // What is measured is that nothing happens.
  await new Promise<void>((resolve) => systemClock.after(3_000, resolve));
  expect(cpuMs(stack().gateway.pid) - before).toBeLessThan(90);
  expect(streams.filter(({ isOver }) => isOver)).toEqual([]);
});

/** Whether the gateway still holds the other end of a connection: 01 is ESTABLISHED. */
function openSockets(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  return rows.filter((row) => new RegExp(`^ *\\d+: \\S+ \\S+:${hex} 01 `).test(row)).length;
}

const MS_PER_TICK = 10;

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
