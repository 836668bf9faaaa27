/** S4: a ticket opens one socket, of one login, to one session, once, within 30 seconds, at any gateway. */
import { randomBytes, randomUUID } from 'node:crypto';
import { makeSessionId, parseLoginId, parseViewerId } from '@dashboard/protocol/ids';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { TICKET_TTL_MS, TICKETS_MAX, TICKETS_PER_LOGIN_MAX } from '../limits.ts';
import { Keyring } from './keyring.ts';
import { Tickets } from './tickets.ts';

const newLogin = () => parseLoginId(randomUUID());
const newSession = () => makeSessionId(1, randomBytes(16));

function setUp() {
  const clock = new ManualClock();
  const keyring = new Keyring([{ kid: 'one', bytes: randomBytes(32) }]);
  const tickets = new Tickets(clock, keyring);
  const grant = {
    loginId: newLogin(),
    sessionId: newSession(),
    viewerId: parseViewerId(randomUUID()),
    mode: 'control',
  } as const;
  return { clock, keyring, tickets, grant };
}

const refused = expect.objectContaining({ code: 'invalid_ticket' });
const tooMany = expect.objectContaining({ code: 'rate_limited' });

test('a ticket gives back what it was made for, once', () => {
  const { tickets, grant } = setUp();
  const { ticket, expiresInMs } = tickets.create(grant);
  expect(ticket).toMatch(/^[A-Za-z0-9_-]{43,300}$/);
  expect(expiresInMs).toBe(TICKET_TTL_MS);
  expect(tickets.redeem(ticket, grant)).toEqual({ viewerId: grant.viewerId, mode: 'control' });
  expect(() => tickets.redeem(ticket, grant)).toThrow(refused);
});

test('it runs out after 30 seconds, not a millisecond before', () => {
  const { clock, tickets, grant } = setUp();
  const [one, two] = [tickets.create(grant), tickets.create(grant)];
  clock.advance(TICKET_TTL_MS - 1);
  tickets.redeem(one.ticket, grant);
  clock.advance(1);
  expect(() => tickets.redeem(two.ticket, grant)).toThrow(refused);
});

test.each([
  ['another login', { loginId: newLogin() }],
  ['another session', { sessionId: newSession() }],
])('%s cannot use it, and has used it up by trying', (_name, other) => {
  const { tickets, grant } = setUp();
  const { ticket } = tickets.create(grant);
  expect(() => tickets.redeem(ticket, { ...grant, ...other })).toThrow(refused);
  expect(() => tickets.redeem(ticket, grant)).toThrow(refused);
});

test('nothing else is a ticket', () => {
  const { tickets, grant } = setUp();
  for (const text of ['', 'A'.repeat(43), 'A'.repeat(200), '__proto__']) {
    expect(() => tickets.redeem(text, grant)).toThrow(refused);
  }
});

test('another spelling of a ticket is none: it would be a second use', () => {
  const { tickets, grant } = setUp();
  const { ticket } = tickets.create(grant);
  tickets.redeem(ticket, grant);
  for (const text of [`${ticket}=`, `${ticket}A`, ` ${ticket}`, ticket.replaceAll('-', '+')]) {
    expect(() => tickets.redeem(text, grant)).toThrow(refused);
  }
});

test('a gateway with the same keys takes it, once, and as long as it lives', () => {
  const { clock, keyring, tickets, grant } = setUp();
  const other = new Tickets(clock, keyring);
  const [one, two] = [tickets.create(grant), tickets.create(grant)];
  expect(other.redeem(one.ticket, grant)).toEqual({ viewerId: grant.viewerId, mode: 'control' });
  expect(() => other.redeem(one.ticket, grant)).toThrow(refused);
  clock.advance(TICKET_TTL_MS);
  expect(() => other.redeem(two.ticket, grant)).toThrow(refused);
});

test('a gateway with other keys does not', () => {
  const { clock, tickets, grant } = setUp();
  const stranger = new Tickets(clock, new Keyring([{ kid: 'one', bytes: randomBytes(32) }]));
  expect(() => stranger.redeem(tickets.create(grant).ticket, grant)).toThrow(refused);
});

test('a clock that was set back gives a ticket of elsewhere no longer life', () => {
  const { clock, keyring, tickets, grant } = setUp();
  const { ticket } = tickets.create(grant);
  const late = new Tickets(new ManualClock(clock.nowMs() - 3_600_000), keyring);
  expect(() => late.redeem(ticket, grant)).toThrow(refused);
});

test('one login cannot pile them up, and gets new ones when the old have run out', () => {
  const { clock, tickets, grant } = setUp();
  for (let n = 0; n < TICKETS_PER_LOGIN_MAX; n++) tickets.create(grant);
  expect(() => tickets.create(grant)).toThrow(tooMany);
  tickets.create({ ...grant, loginId: newLogin() });
  clock.advance(TICKET_TTL_MS);
  tickets.create(grant);
});

test('all logins together have a bound', () => {
  const { tickets, grant } = setUp();
  let loginId = newLogin();
  for (let n = 0; n < TICKETS_MAX; n++) {
    if (n % TICKETS_PER_LOGIN_MAX === 0) loginId = newLogin();
    tickets.create({ ...grant, loginId });
  }
  expect(() => tickets.create({ ...grant, loginId: newLogin() })).toThrow(tooMany);
});
