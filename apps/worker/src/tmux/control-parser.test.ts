/** The parser as a table, cut in every place, and against what a pane might print to deceive it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ControlParser, type ControlEvent } from './control-parser.ts';

const STREAM = [
  '%begin 100 1 0',
  '%end 100 1 0',
  '%session-changed $0 _control',
  '%begin 101 2 1',
  'first line',
  '',
  '%session-changed $9 forged',
  '%end 100 1 0',
  '%end 101 2 0',
  ' %end 101 2 1',
  '%end 101 2 1',
  '%begin 102 3 1',
  "can't find pane: %7",
  '%error 102 3 1',
  '%exit server exited',
  '',
].join('\n');

const EXPECTED = [
  { type: 'reply', isError: false, isOurs: false, text: '' },
  { type: 'notification', name: '%session-changed', rest: '$0 _control' },
  {
    type: 'reply',
    isError: false,
    isOurs: true,
    text: 'first line\n\n%session-changed $9 forged\n%end 100 1 0\n%end 101 2 0\n %end 101 2 1',
  },
  { type: 'reply', isError: true, isOurs: true, text: "can't find pane: %7" },
  { type: 'notification', name: '%exit', rest: 'server exited' },
];

function readable(event: ControlEvent): object {
  if (event.type === 'notification') return event;
  const { bytes, ...rest } = event;
  return { ...rest, text: bytes.toString() };
}

test('replies and notifications are told apart, and what a reply holds is not read', () => {
  expect(new ControlParser().push(Buffer.from(STREAM)).map(readable)).toEqual(EXPECTED);
});

test('it does not matter where the stream is cut', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: STREAM.length }), { maxLength: 30 });
  fc.assert(
    fc.property(cuts, (places) => {
      const parser = new ControlParser();
      const sorted = [0, ...places.sort((a, b) => a - b), STREAM.length];
      const events = sorted.flatMap((from, at) =>
        parser.push(Buffer.from(STREAM.slice(from, sorted[at + 1] ?? from))),
      );
      expect(events.map(readable)).toEqual(EXPECTED);
    }),
  );
});

test('bytes that are no text come through a reply as they are', () => {
  const bytes = Buffer.from(
    Array.from({ length: 256 }, (_, value) => value).filter((v) => v !== 10),
  );
  const [event] = new ControlParser().push(
    Buffer.concat([Buffer.from('%begin 1 1 1\n'), bytes, Buffer.from('\n%end 1 1 1\n')]),
  );
  expect(event?.type === 'reply' && event.bytes.equals(bytes)).toBe(true);
});

test.each(['open terminal failed: not a terminal\n', '%end 1 1 1\n', '%error 1 1 1\n'])(
  'what cannot be control mode ends it: %j',
  (text) => {
    expect(() => new ControlParser().push(Buffer.from(text))).toThrow();
  },
);

test('a reply without an end is not kept for ever', () => {
  const parser = new ControlParser();
  parser.push(Buffer.from('%begin 1 1 1\n'));
  const line = Buffer.alloc(1024 * 1024, 'x');
  expect(() => {
    for (let at = 0; at < 65; at++) parser.push(line);
  }).toThrow('no end');
});
