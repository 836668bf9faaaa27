/** S43: what this gateway can be made to talk to: nothing behind it, unless an operator allowed that. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { post, problemOf } from './outgoing.ts';

const NOWHERE = { privateOrigins: [] };

async function listen(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(response, request);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, asked };
}

const to = (url: string) => ({ url: new URL(url), headers: {}, body: Buffer.from('{}') });

test.each([
  'http://example.com/',
  'https://127.0.0.1/',
  'https://10.1.2.3/',
  'https://192.168.0.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/',
  'https://0.0.0.0/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a00:1]/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://224.0.0.1/',
  'https://name:password@example.com/',
])('%s is not sent to', async (url) => {
  expect(problemOf(new URL(url), NOWHERE)).toBeTypeOf('string');
  expect(await post(to(url), NOWHERE)).toMatchObject({ mayRetry: false });
});

test.each(['https://example.com/', 'https://93.184.216.34/', 'https://[2606:4700::1111]/'])(
  '%s may be sent to',
  (url) => {
    expect(problemOf(new URL(url), NOWHERE)).toBeUndefined();
  },
);

test('a name that leads to this machine is as private as its address', async () => {
  const { port, asked } = await listen((response) => response.end());
  const answer = await post(to(`https://localhost:${port}/`), NOWHERE);
  expect(answer).toMatchObject({
    problem: expect.stringContaining('not a public'),
    mayRetry: false,
  });
  expect(asked).toEqual([]);
});

test('an operator allows one origin, and no other port of it', async () => {
  const { origin, port, asked } = await listen((response) => response.writeHead(204).end());
  const reach = { privateOrigins: [origin] };
  expect(await post(to(`${origin}/topic?x=1`), reach)).toMatchObject({ status: 204 });
  expect(asked).toEqual(['POST /topic?x=1']);
  expect(await post(to(`http://127.0.0.1:${port + 1}/`), reach)).toMatchObject({ mayRetry: false });
});

test('a redirect is an answer like any other', async () => {
  const inner = await listen((response) => response.end());
  const { origin } = await listen((response) => {
    response.writeHead(307, { location: inner.origin, 'retry-after': '7' }).end();
  });
  const answer = await post(to(origin), { privateOrigins: [origin, inner.origin] });
  expect(answer).toEqual({ status: 307, retryAfterSeconds: 7 });
  expect(inner.asked).toEqual([]);
});

test('who sends without end is not read', async () => {
  const { origin } = await listen((response) => {
    response.writeHead(200);
    const more = (): void =>
      void (response.write('x'.repeat(65_536)) && response.once('drain', more));
    response.on('drain', more);
    more();
  });
  expect(await post(to(origin), { privateOrigins: [origin] })).toMatchObject({ status: 200 });
});

test('why nothing was answered is said in words', async () => {
  const closed = await listen((response) => response.socket?.destroy());
  expect(await post(to(closed.origin), { privateOrigins: [closed.origin] })).toEqual({
    ...{ problem: 'hung up', mayRetry: true },
  });
  const refusing = 'http://127.0.0.1:1';
  expect(await post(to(refusing), { privateOrigins: [refusing] })).toEqual({
    ...{ problem: 'refuses connections', mayRetry: true },
  });
});
