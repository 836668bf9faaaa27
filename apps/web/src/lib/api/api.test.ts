/** The api client against a server of this process: refresh, retry, problems, replies. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { DashboardError } from '@dashboard/protocol/errors';
import { toProblem } from '@dashboard/protocol/problem';
import { expect, onTestFinished, test } from 'vitest';
import { Api } from './api.ts';

const ME = {
  user: {
    id: '6f1c1a52-98d3-4c0e-9b3e-0d2f3f9a1b11',
    name: 'ada',
    role: 'owner',
    createdAtMs: 1,
  },
  loginId: '7f1c1a52-98d3-4c0e-9b3e-0d2f3f9a1b11',
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function apiAgainst(answer: Answer): Promise<{ api: Api; asked: string[]; over: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const base = `http://127.0.0.1:${address.port}`;
  const api = new Api({
    fetch: (path, init) => fetch(new URL(path instanceof Request ? path.url : path, base), init),
  });
  const over: string[] = [];
  api.onLoginOver = () => over.push('over');
  return { api, asked, over };
}

function json(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

const refuse = (response: ServerResponse) =>
  json(response, 401, toProblem(new DashboardError('unauthenticated', 'no login')));

test('a reply that keeps the contract is handed on', async () => {
  const { api } = await apiAgainst((_request, response) => json(response, 200, ME));
  expect((await api.call('me')).user.name).toBe('ada');
});

test('an old login is refreshed once and the call is made again', async () => {
  let isFresh = false;
  const { api, asked, over } = await apiAgainst((request, response) => {
    if (request.url === '/api/refresh') isFresh = true;
    if (isFresh) json(response, 200, ME);
    else refuse(response);
  });
  expect((await api.call('me')).user.name).toBe('ada');
  expect(asked).toEqual(['GET /api/me', 'POST /api/refresh', 'GET /api/me']);
  expect(over).toEqual([]);
});

test('several calls share one refresh', async () => {
  let isFresh = false;
  const { api, asked } = await apiAgainst((request, response) => {
    if (request.url === '/api/refresh') isFresh = true;
    if (isFresh) json(response, 200, ME);
    else refuse(response);
  });
  await Promise.all([api.call('me'), api.call('me'), api.call('me')]);
  expect(asked.filter((line) => line.includes('refresh'))).toHaveLength(1);
});

test('a login that cannot be refreshed is over, and that is told', async () => {
  const { api, over } = await apiAgainst((_request, response) => refuse(response));
  await expect(api.call('me')).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(over).toEqual(['over']);
});

test('a wrong password is no reason to refresh', async () => {
  const { api, asked, over } = await apiAgainst((_request, response) =>
    json(response, 401, toProblem(new DashboardError('invalid_credentials', 'wrong'))),
  );
  const body = { name: 'ada', password: 'x' };
  await expect(api.call('login', { body })).rejects.toMatchObject({ code: 'invalid_credentials' });
  expect(asked).toEqual(['POST /api/login']);
  expect(over).toEqual([]);
});

test('a problem becomes an error with its code and words', async () => {
  const { api } = await apiAgainst((_request, response) =>
    json(
      response,
      403,
      toProblem(new DashboardError('directory_outside_roots', '/etc is outside')),
    ),
  );
  const listing = api.call('listDirectory', { query: { path: '/etc' } });
  await expect(listing).rejects.toMatchObject({
    code: 'directory_outside_roots',
    message: '/etc is outside',
  });
});

test('a reply that breaks the contract is refused instead of drawn', async () => {
  const { api } = await apiAgainst((_request, response) => json(response, 200, { user: 'ada' }));
  await expect(api.call('me')).rejects.toMatchObject({ code: 'unsupported_version' });
});

test('a page of a proxy in between becomes an error that is ours', async () => {
  const { api } = await apiAgainst((_request, response) => {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end('<h1>Bad gateway</h1>');
  });
  await expect(api.call('me')).rejects.toMatchObject({ code: 'internal' });
});

test('a server that is not there is told as one that does not answer', async () => {
  const api = new Api({ fetch: () => Promise.reject(new TypeError('failed to fetch')) });
  await expect(api.call('me')).rejects.toMatchObject({ code: 'deadline_exceeded' });
});

test('parameters and queries are escaped, keys and bodies are sent', async () => {
  const seen: Record<string, unknown> = {};
  const { api, asked } = await apiAgainst((request, response) => {
    seen['key'] = request.headers['idempotency-key'];
    json(response, 204);
  });
  await api.call('removeSession', { params: { id: 'a/b' }, idempotencyKey: 'key-12345' });
  expect(asked).toEqual(['DELETE /api/sessions/a%2Fb']);
  expect(seen['key']).toBe('key-12345');
});
