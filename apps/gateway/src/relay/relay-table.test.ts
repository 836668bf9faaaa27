/** S9: for whom sockets are counted: a login, an address, all. */
import { randomUUID } from 'node:crypto';
import { parseLoginId } from '@dashboard/protocol/ids';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { RELAYS_MAX, RELAYS_PER_ADDRESS_MAX, RELAYS_PER_LOGIN_MAX } from './limits.ts';
import { RelayTable, type RelayHolder } from './relay-table.ts';

/** A login of its own each time, so that no limit of logins is met. */
function from(network: string): RelayHolder {
  return { loginId: parseLoginId(randomUUID()), network };
}

/** @returns ends it */
function open(table: RelayTable, holder: RelayHolder): () => void {
  const whenOver: (() => void)[] = [];
  table.requireRoom(holder);
  table.add({ fail: () => undefined, onOver: (over) => void whenOver.push(over) }, holder);
  return () => {
    for (const over of whenOver) over();
  };
}

const FULL = expect.objectContaining({ code: 'too_many_viewers' });

test('S9: an address has room for many logins, and leaves room for other addresses', () => {
  const table = new RelayTable(new ManualClock(), 0);
  const ends = Array.from({ length: RELAYS_PER_ADDRESS_MAX }, () => open(table, from('192.0.2.1')));
  expect(() => table.requireRoom(from('192.0.2.1'))).toThrow(FULL);
  expect(() => table.requireRoom(from('192.0.2.2'))).not.toThrow();
  ends[0]?.();
  expect(() => table.requireRoom(from('192.0.2.1'))).not.toThrow();
});

test('S9: a login has its own bound, from wherever it comes', () => {
  const table = new RelayTable(new ManualClock(), 0);
  const { loginId } = from('');
  for (let n = 0; n < RELAYS_PER_LOGIN_MAX; n++) open(table, { loginId, network: `192.0.2.${n}` });
  expect(() => table.requireRoom({ loginId, network: '192.0.2.200' })).toThrow(FULL);
  expect(() => table.requireRoom(from('192.0.2.0'))).not.toThrow();
});

test('S9: the gateway is full at some time, whoever comes', () => {
  const table = new RelayTable(new ManualClock(), 0);
  for (let n = 0; n < RELAYS_MAX; n++) open(table, from(`2001:db8:0:${n}::/64`));
  expect(() => table.requireRoom(from('192.0.2.1'))).toThrow(FULL);
});
