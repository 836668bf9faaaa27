/** The query of the terminal WebSocket. */
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { COLS_MAX, ROWS_MAX } from '../limits.ts';
import { parseTerminalQuery, TerminalQuery, Ticket } from './subprotocol.ts';

test('a whole place and a whole size are read', () => {
  const query = { cols: '120', rows: '32', epoch: '1700000000000', offset: '0' };
  expect(Value.Check(TerminalQuery, query)).toBe(true);
  expect(parseTerminalQuery(query)).toEqual({
    size: { cols: 120, rows: 32 },
    resume: { epoch: 1_700_000_000_000, offset: 0 },
  });
});

test('half of a place or of a size is none', () => {
  const nothing = { size: undefined, resume: undefined };
  expect(parseTerminalQuery({})).toEqual(nothing);
  expect(parseTerminalQuery({ cols: '80', epoch: '1' })).toEqual(nothing);
  expect(parseTerminalQuery({ rows: '24', offset: '1' })).toEqual(nothing);
});

test('a place that no number holds exactly is none', () => {
  const query = { epoch: '1', offset: '9007199254740993' };
  expect(Value.Check(TerminalQuery, query)).toBe(true);
  expect(parseTerminalQuery(query).resume).toBeUndefined();
});

test('whatever passes the schema gives a size and a place within the limits', () => {
  const digits = fc.option(fc.stringMatching(/^[0-9]{1,17}$/), { nil: undefined });
  const any = fc.record({ cols: digits, rows: digits, epoch: digits, offset: digits });
  fc.assert(
    fc.property(any, (fields) => {
      const query = Object.fromEntries(
        Object.entries(fields).filter(([, text]) => text !== undefined),
      );
      if (!Value.Check(TerminalQuery, query)) return;
      const { size, resume } = parseTerminalQuery(query);
      if (size) expect(size.cols >= 1 && size.cols <= COLS_MAX).toBe(true);
      if (size) expect(size.rows >= 1 && size.rows <= ROWS_MAX).toBe(true);
      if (resume) expect(Number.isSafeInteger(resume.epoch + 0)).toBe(true);
      if (resume) expect(Number.isSafeInteger(resume.offset + 0)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test.each(['+80', '080', '0', '-1', '1e3', '10000', ' 80', '80\n', ''])(
  '%j is no number of columns',
  (cols) => {
    expect(Value.Check(TerminalQuery, { cols })).toBe(false);
  },
);

test('a ticket is 43 to 300 characters that a header may carry', () => {
  expect(Value.Check(Ticket, 'a'.repeat(43))).toBe(true);
  expect(Value.Check(Ticket, 'a'.repeat(300))).toBe(true);
  for (const text of [
    'a'.repeat(42),
    'a'.repeat(301),
    `${'a'.repeat(42)}=`,
    `${'a'.repeat(43)}\n`,
  ]) {
    expect(Value.Check(Ticket, text)).toBe(false);
  }
});
