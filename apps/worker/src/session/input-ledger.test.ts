/** What is typed arrives once and in order, however often a lost connection sends it again. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INPUT_LEDGER_VIEWERS_MAX } from './limits.ts';
import { InputLedger } from './input-ledger.ts';

test('repeats of any part of what was typed are typed once', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.array(fc.tuple(fc.nat(), fc.nat())),
      (text, repeats) => {
        const ledger = new InputLedger();
        const all = Buffer.from(text);
        let typed = '';
        for (const [at, length] of [...repeats, [0, all.length] as const]) {
          const from = at % (ledger.accepted('ann') + 1);
          const fresh = ledger.accept('ann', from, all.subarray(from, from + length));
          typed += Buffer.from(fresh ?? []).toString('latin1');
        }
        expect(typed).toBe(all.toString('latin1'));
      },
    ),
  );
});

test('input that leaves a gap is refused and changes nothing', () => {
  const ledger = new InputLedger();
  expect(ledger.accept('ann', 1, Buffer.from('x'))).toBeUndefined();
  expect(ledger.accepted('ann')).toBe(0);
});

test('viewers are counted apart, and the one that was quiet longest is forgotten first', () => {
  const ledger = new InputLedger();
  ledger.accept('first', 0, Buffer.from('abc'));
  for (let number = 1; number < INPUT_LEDGER_VIEWERS_MAX; number++) {
    ledger.accept(`viewer ${number}`, 0, Buffer.from('x'));
  }
  expect(ledger.accepted('first')).toBe(3);
  ledger.accept('one more', 0, Buffer.from('x'));
  expect(ledger.accepted('first')).toBe(0);
  expect(ledger.accepted('viewer 1')).toBe(1);
});
