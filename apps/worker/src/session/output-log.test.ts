/** The log gives back exactly what was printed at an offset, or says that it is gone. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SLAB_BYTES } from './limits.ts';
import { OutputLog } from './output-log.ts';

/** Each byte tells its own offset, so that a byte from a wrong place is noticed. */
function bytesAt(offset: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_nothing, index) => ((offset + index) * 31) % 251);
}

test('whatever is appended, kept and read, every byte is the one of its offset', () => {
  const lengths = fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 3 * SLAB_BYTES }));
  const step = fc.record({
    append: lengths,
    keep: fc.option(lengths),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const log = new OutputLog();
      for (const { append, keep, from } of steps) {
        log.append(bytesAt(log.end, append));
        if (keep !== null) log.keep(keep);
        const offset = log.begin + Math.floor(from * (log.end - log.begin));
        const read = log.read(offset, 1000);
        expect(read).toEqual(bytesAt(offset, read?.length ?? -1));
        expect(read?.length === 0).toBe(offset === log.end);
      }
    }),
    { numRuns: 50 },
  );
});

test('what is kept is at least what was asked for, and less than a slab more', () => {
  const log = new OutputLog();
  for (let at = 0; at < 40; at++) log.append(bytesAt(log.end, 10_000));
  log.keep(100_000);
  expect(log.end - log.begin).toBeGreaterThanOrEqual(100_000);
  expect(log.end - log.begin).toBeLessThan(100_000 + SLAB_BYTES);
});

test('an offset that was dropped is undefined, the end is empty', () => {
  const log = new OutputLog();
  log.append(bytesAt(0, 5 * SLAB_BYTES));
  log.keep(0);
  expect(log.read(0, 10)).toBeUndefined();
  expect(log.read(log.end, 10)).toHaveLength(0);
  expect(log.begin).toBe(log.end);
});

test('a view that a sender holds does not change when more is printed and old output is dropped', () => {
  const log = new OutputLog();
  log.append(bytesAt(0, 1000));
  const view = log.read(0, 1000) ?? new Uint8Array(0);
  const before = createHash('sha256').update(view).digest('hex');
  for (let at = 0; at < 50; at++) log.append(new Uint8Array(10_000).fill(255));
  log.keep(0);
  expect(createHash('sha256').update(view).digest('hex')).toBe(before);
});

test('a reader ahead of the writer is our bug', () => {
  expect(() => new OutputLog().read(1, 1)).toThrow('ahead of the writer');
});

test('after a tear every earlier place is gone, also the very end before it', () => {
  const log = new OutputLog();
  log.append(bytesAt(0, 100));
  const before = log.end;
  log.tear();
  expect(log.read(before, 10)).toBeUndefined();
  expect(log.read(log.end, 10)).toHaveLength(0);
  log.append(Uint8Array.of(7));
  expect(log.read(log.begin, 10)).toEqual(Uint8Array.of(7));
});

test('all of it is what single reads give', () => {
  const log = new OutputLog();
  log.append(bytesAt(0, 3 * SLAB_BYTES + 5));
  log.keep(SLAB_BYTES + 100);
  expect(log.all()).toEqual(bytesAt(log.begin, log.end - log.begin));
});
