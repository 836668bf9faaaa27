/** What is typed reaches the program through one tap or the next, whenever cat(1) gets to it. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { KiB } from '@dashboard/protocol/limits';
import { systemClock } from '@dashboard/runtime/clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { PaneLine } from './pane-line.ts';
import { PaneTap } from './pane-tap.ts';

async function openLine(): Promise<{ line: PaneLine; fifo: string }> {
  const directory = await temporaryDirectory();
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  const options = { directory, name: 'tap', environment, clock: systemClock };
  const events = { output: () => undefined, ended: () => undefined };
  const line = new PaneLine({
    clock: systemClock,
    openTap: async () => await PaneTap.open(options, events),
    hasArrived: async () => undefined,
  });
  onTestFinished(async () => await line.close());
  await line.open();
  line.start();
  return { line, fifo: join(directory, 'tap.in') };
}

/** The part of cat(1): whatever the tap of now has for the program, until it is `bytes` long. */
async function readAll(fifo: string, bytes: number): Promise<string> {
  const fd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(fd));
  const buffer = Buffer.alloc(bytes + 1);
  let count = 0;
  const isThere = (): boolean => {
    try {
      count += readSync(fd, buffer, { offset: count });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
    return count >= bytes;
  };
  await until(isThere, { what: 'everything typed has come' });
  return buffer.toString('utf8', 0, count);
}

test('what nobody has taken from a tap goes to the next one, before what was typed since', async () => {
  const { line, fifo } = await openLine();
  line.write(Buffer.from('one '));
  const opened = line.open();
  line.write(Buffer.from('two '));
  await opened;
  line.write(Buffer.from('three'));
  line.start();
  expect(await readAll(fifo, 13)).toBe('one two three');
  await new Promise<void>((drained) => line.onDrained(drained));
  expect(line.pendingBytes).toBe(0);
});

test('what has not even found room in the FIFO goes with it', async () => {
  const { line, fifo } = await openLine();
  const paste = 'x'.repeat(300 * KiB); // a FIFO holds 64 KiB
  line.write(Buffer.from(`(${paste}`));
  line.write(Buffer.from(')'));
  await line.open();
  line.start();
  expect(await readAll(fifo, paste.length + 2)).toBe(`(${paste})`);
});
