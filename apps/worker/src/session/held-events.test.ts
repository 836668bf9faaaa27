/** What is kept back of a pane is as it was when it came. */
import { expect, test } from 'vitest';
import { holdEvents } from './held-events.ts';

test('output that is kept back stays what it was when its buffer is read into again', () => {
  const received: string[] = [];
  const ignore = (): void => undefined;
  const { events, release } = holdEvents({
    output: (bytes) => received.push(Buffer.from(bytes).toString()),
    ...{ exit: () => received.push('exit'), gap: ignore, lost: ignore },
  });
  const buffer = Buffer.from('one');
  events.output(buffer);
  buffer.write('two');
  events.output(buffer);
  events.exit({ code: 0, signal: null });
  expect(received).toEqual([]);
  release();
  expect(received).toEqual(['one', 'two', 'exit']);
});
