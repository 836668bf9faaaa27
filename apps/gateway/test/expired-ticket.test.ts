/** S4: a ticket lives for 30 s and not a millisecond longer, asked at a real socket with a clock moved by hand. */
import { randomUUID } from 'node:crypto';
import { makeSessionId, parseLoginId, parseViewerId } from '@dashboard/protocol/ids';
import { expect, test } from 'vitest';
import { TICKET_TTL_MS } from '../src/limits.ts';
import { HOST, ORIGIN, startTestApp } from './test-app.ts';
import { upgrade, webSocketHeaders } from './upgrade.ts';

test.each([
  ['just before its time is up', TICKET_TTL_MS - 1, { status: 101 }],
  ['when its time is up', TICKET_TTL_MS, { status: 401, code: 'invalid_ticket' }],
])('a ticket that is used %s', async (_when, afterMs, answer) => {
  const { app, auth, clock, owner } = await startTestApp();
  const browser = await owner();
  const { loginId } = await browser.expect<{ loginId: string }>(200, 'GET', '/api/me');
  const sessionId = makeSessionId(clock.nowMs(), new Uint8Array(16));
  const viewerId = parseViewerId(randomUUID());
  const grant = { loginId: parseLoginId(loginId), sessionId, viewerId, mode: 'control' } as const;
  const { ticket } = auth.tickets.create(grant);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  clock.advance(afterMs);
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers: [string, string][] = [
    ['Host', HOST],
    ['Origin', ORIGIN],
    ['Cookie', cookie],
    ['Sec-WebSocket-Protocol', `dashboard.v1, ticket.${ticket}`],
    ...webSocketHeaders(),
  ];
  const path = `/api/sessions/${sessionId}/terminal`;
  expect(await upgrade(url, { path, headers })).toMatchObject(answer);
});
