/**
 * One span a request, around all that is done for it, and its trace id on each of its log lines. A
 * terminal has one of its own (routes/terminal.ts), and an event stream none: they live for days.
 */
import { EVENTS_PATH } from '@dashboard/protocol/rest';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { tracer } from './span.ts';

const FIRST_OF_SERVER_ERRORS = 500;

export const requestSpans = fp(
  async (app) => {
    const open = new WeakMap<FastifyRequest, Span>();
    app.addHook('onRequest', (request, _reply, done) => {
      const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
      if (request.headers.upgrade !== undefined || route === EVENTS_PATH) return done();
      const { span, context: around } = begin(request, route);
      open.set(request, span);
      context.with(around, done);
    });
    app.addHook('onResponse', async (request, { statusCode }) => {
      const span = open.get(request);
      span?.setAttribute('http.response.status_code', statusCode);
      if (statusCode >= FIRST_OF_SERVER_ERRORS) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    });
  },
  { name: 'request-spans', fastify: '5.x' },
);

function begin(request: FastifyRequest, route: string): { span: Span; context: Context } {
  const method = request.is404 ? 'ANY' : request.method;
  const attributes = {
    'http.request.method': method,
    'http.route': route,
    'dashboard.request_id': request.id,
  };
  const parent = cameThroughProxy(request)
    ? propagation.extract(ROOT_CONTEXT, request.headers)
    : ROOT_CONTEXT;
  const span = tracer().startSpan(
    `${method} ${route}`,
    { kind: SpanKind.SERVER, attributes },
    parent,
  );
  if (span.isRecording()) {
    request.log = request.log.child({ traceId: span.spanContext().traceId });
  }
  return { span, context: trace.setSpan(parent, span) };
}

/** Whose word on the trace is taken: anybody else could have all that he does recorded. */
function cameThroughProxy({ ips }: FastifyRequest): boolean {
  return ips !== undefined && ips.length > 1;
}
