/** Traces of a real gateway, as a collector gets them; and a gateway without a collector. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { ApiClient } from '@dashboard/testkit/api-client';
import { startStack } from '@dashboard/testkit/stack';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, onTestFinished, test } from 'vitest';

const GATEWAY = join(import.meta.dirname, '..');
const CLIENT = 3; // of SpanKind in the protocol
const SERVER = 2;
const TEST_TIMEOUT_MS = 60_000;

const Attribute = Type.Object({ key: Type.String(), value: Type.Object({}) });
const Span = Type.Object({
  traceId: Type.String(),
  spanId: Type.String(),
  parentSpanId: Type.Optional(Type.String()),
  name: Type.String(),
  kind: Type.Integer(),
  attributes: Type.Array(Attribute),
});
type Span = Type.Static<typeof Span>;
const Export = Type.Object({
  resourceSpans: Type.Array(
    Type.Object({ scopeSpans: Type.Array(Type.Object({ spans: Type.Array(Span) })) }),
  ),
});

test(
  'a request, its questions to the worker, its writes and a terminal are told to a collector',
  async () => {
    const collector = await startCollector();
    const headers = join(await temporaryDirectory(), 'headers');
    await writeFile(headers, 'authorization=Bearer of-the-collector\n', { mode: 0o600 });
    const { owner, gateway, projects } = await startStack({
      engine: 'pty',
      gatewayEnv: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS_FILE: headers,
      },
    });
    const { id } = await owner.startSession({ directory: projects, name: 'nobody-is-to-know' });
    const viewer = await new TerminalClient(owner, id).attach();
    await until(() => viewer.isAttached, { what: 'the terminal is there' });
    const person = {
      name: 'nobody-is-to-know',
      role: 'observer',
      password: 'a long password for it',
    };
    expect(await postSlowly(owner, '/api/users', person)).toBe(201);
    expect(await gateway.kill('SIGTERM')).toBe(0);

    const { spans } = collector;
    const parentOf = (name: string): string | undefined => {
      const child = spans.find((span) => span.name === name);
      const isParent = ({ spanId, traceId }: Span): boolean =>
        spanId === child?.parentSpanId && traceId === child.traceId;
      return spans.find(isParent)?.name;
    };
    expect(parentOf('worker sessions.create')).toBe('POST /api/sessions');
    expect(parentOf('worker attach')).toBe('terminal attach');
    const writers = spans
      .filter(({ name }) => name === 'database write')
      .map((write) => spans.find(({ spanId }) => spanId === write.parentSpanId)?.name);
    expect(writers).toContain('POST /api/users');
    expect(writers).not.toContain(undefined);
    const kinds = (wanted: string): number[] =>
      spans.filter(({ name }) => name === wanted).map(({ kind }) => kind);
    expect(kinds('worker sessions.create')).toEqual([CLIENT]);
    expect(kinds('POST /api/sessions')).toEqual([SERVER]);
    expect(spans.map(({ name }) => name)).not.toContain('worker health');

    const created = spans.find(({ name }) => name === 'POST /api/sessions');
    const line = gateway.entries.find(({ route, method, msg }) => {
      return msg === 'request' && method === 'POST' && route === '/api/sessions';
    });
    expect(line).toMatchObject({ traceId: created?.traceId, status: 201 });
    expect(created?.attributes).toContainEqual({
      key: 'dashboard.request_id',
      value: { stringValue: line?.['requestId'] },
    });
    expect(collector.authorizations).toEqual(new Set(['Bearer of-the-collector']));
    expect(JSON.stringify(spans)).not.toMatch(new RegExp(`nobody-is-to-know|${id}|${projects}`));
  },
  TEST_TIMEOUT_MS,
);

test(
  'a collector that is away is told of once, and nothing else changes',
  async () => {
    const { owner, gateway } = await startStack({
      engine: 'pty',
      gatewayEnv: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    });
    expect(await owner.call('listUsers', {})).toBeDefined();
    expect(await gateway.kill('SIGTERM')).toBe(0);
    const told = gateway.entries.filter(({ msg }) => String(msg).includes('spans'));
    expect(told).toHaveLength(1);
  },
  TEST_TIMEOUT_MS,
);

test('without a collector nothing of the SDK is loaded', async () => {
  const loaded = async (env: Record<string, string>): Promise<string[]> => {
    const code = `
      import { registerHooks } from 'node:module';
      const seen = new Set();
      registerHooks({ load: (url, context, next) => {
        const name = /@opentelemetry\\/([a-z-]+)/.exec(url)?.[1];
        if (name !== undefined) seen.add(name);
        return next(url, context);
      } });
      const { parseTracing, Tracing } = await import('./src/tracing/index.ts');
      await new Tracing(parseTracing(process.env), { release: '1', environment: 'test' }).start();
      console.log([...seen].join('\\n'));`;
    const argv = ['--input-type=module', '--eval', code];
    const options = { cwd: GATEWAY, env: { ...env, NODE_NO_WARNINGS: '1' } };
    const { stdout } = await promisify(execFile)(process.execPath, argv, options);
    return stdout.trim().split('\n');
  };
  expect(await loaded({})).toEqual(['api']);
  const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  expect(await loaded(collector)).toContain('sdk-trace');
});

/** The body comes when something else has been served: its events belong to the socket, not to the request. */
async function postSlowly(owner: ApiClient, path: string, body: object): Promise<number> {
  const text = JSON.stringify(body);
  const sent = request(new URL(path, owner.url), {
    method: 'POST',
    headers: {
      origin: owner.url,
      cookie: owner.cookieHeader,
      'content-type': 'application/json',
      'content-length': text.length,
    },
  });
  sent.flushHeaders();
  await owner.call('listUsers', {});
  sent.end(text);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

/** Takes spans and answers as the protocol says. */
async function startCollector() {
  const spans: Span[] = [];
  const authorizations = new Set<string | undefined>();
  const server = createServer((incoming, response) => {
    void (async () => {
      authorizations.add(incoming.headers.authorization);
      const body = Value.Parse(Export, await json(incoming));
      spans.push(
        ...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((each) => each.spans)),
      );
      response.setHeader('content-type', 'application/json').end('{}');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, spans, authorizations };
}
