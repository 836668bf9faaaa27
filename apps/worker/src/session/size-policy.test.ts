/** One size for all: whose window decides, and who does not take that over by arriving. */
import { parseViewerId } from '@dashboard/protocol/ids';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SizePolicy } from './size-policy.ts';

const [ann, ben, eve] = ['a', 'b', 'e'].map((letter) =>
  parseViewerId(`${letter.repeat(8)}-0000-4000-8000-000000000000`),
) as [
  ReturnType<typeof parseViewerId>,
  ReturnType<typeof parseViewerId>,
  ReturnType<typeof parseViewerId>,
];
const small = { cols: 40, rows: 10 };
const large = { cols: 200, rows: 50 };

test('the sole viewer who may type decides', () => {
  const policy = new SizePolicy();
  policy.arrive(ann, true, small);
  expect(policy.wanted).toEqual(small);
  policy.resize(ann, large);
  expect(policy.wanted).toEqual(large);
});

test('a second viewer changes nothing until control is taken', () => {
  const policy = new SizePolicy();
  policy.arrive(ann, true, large);
  policy.arrive(ben, true, small);
  expect(policy.controller).toBe(ann);
  expect(policy.take(ben)).toBe(true);
  expect(policy.wanted).toEqual(small);
});

test('somebody who only watches never decides, not even alone', () => {
  const policy = new SizePolicy();
  policy.arrive(eve, false, small);
  expect(policy.wanted).toBeUndefined();
  expect(policy.take(eve)).toBe(false);
});

test('when the controller leaves, whoever has been here longest follows', () => {
  const policy = new SizePolicy();
  policy.arrive(eve, false, small);
  policy.arrive(ann, true, large);
  policy.arrive(ben, true, small);
  policy.leave(ann);
  expect(policy.controller).toBe(ben);
  policy.leave(ben);
  expect(policy.controller).toBeUndefined();
});

test('releasing control passes it on, or keeps it where nobody else may have it', () => {
  const policy = new SizePolicy();
  policy.arrive(ann, true, large);
  policy.release(ann);
  expect(policy.controller).toBe(ann);
  policy.arrive(ben, true, small);
  policy.release(ann);
  expect(policy.controller).toBe(ben);
});

test('after any sequence of events the controller is somebody present who may type', () => {
  const viewer = fc.constantFrom(ann, ben, eve);
  const event = fc.record({ viewer, what: fc.constantFrom('arrive', 'leave', 'take', 'release') });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const policy = new SizePolicy();
      const present = new Set<unknown>();
      for (const { viewer: who, what } of events) {
        if (what === 'arrive' && !present.has(who)) {
          policy.arrive(who, who !== eve, small);
          present.add(who);
        }
        if (what === 'leave') {
          policy.leave(who);
          present.delete(who);
        }
        if (what === 'take') policy.take(who);
        if (what === 'release') policy.release(who);
        const mayType = [ann, ben].filter((one) => present.has(one));
        if (mayType.length === 0) expect(policy.controller).toBeUndefined();
        else expect(mayType).toContain(policy.controller);
      }
    }),
  );
});
