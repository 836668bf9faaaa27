/**
 * Registers one row of the REST table as a route: method, path, who may call, schemas and status
 * come from the table, so that the table cannot say one thing and the server do another.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import { invariant } from '@dashboard/protocol/invariant';
import { UPLOAD_BYTES_MAX } from '@dashboard/protocol/limits';
import {
  REST,
  type BodyOf,
  type Endpoint,
  type EndpointName,
  type ReplyOf,
} from '@dashboard/protocol/rest';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { Type, type Static, type TSchema } from 'typebox';
import type { Viewer } from '../auth/index.ts';

/** Who may call a route: what the `access` of the REST table holds. */
export type Access = Endpoint['access'];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it; one that does not is refused when it is registered. */
    access?: Access;
    /** Of the REST table; checked where the login is. */
    needsProof?: boolean;
  }
}

type Row<N extends EndpointName> = (typeof REST)[N];
type FieldOf<R, K extends string> =
  R extends Readonly<Record<K, infer T extends TSchema>> ? Static<T> : undefined;

/** What a handler is given; body, params and query have passed the schemas of the table. */
export interface Call<N extends EndpointName> {
  readonly body: BodyOf<N>;
  readonly params: FieldOf<Row<N>, 'params'>;
  readonly query: FieldOf<Row<N>, 'query'>;
  /** Null only where the table says `public`. */
  readonly viewer: Row<N>['access'] extends 'public' ? Viewer | null : Viewer;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Where the table promises no body, a handler need not return anything. */
type Answer<N extends EndpointName> = ReplyOf<N> extends undefined ? void : ReplyOf<N>;

export type Handler<N extends EndpointName> = (call: Call<N>) => Promise<Answer<N>>;

/** Nothing: not even an unknown field. */
const Nothing = Type.Object({}, { additionalProperties: false });

/** Handlers throw DashboardError; plugins/errors.ts makes the problem document. */
export function route<N extends EndpointName>(
  app: FastifyInstance,
  name: N,
  handler: Handler<N>,
): void {
  const endpoint: Endpoint = REST[name];
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { access: endpoint.access, needsProof: endpoint.needsProof === true },
    schema: schemaOf(endpoint),
    // Of a file the worker counts what comes; what says so beforehand is refused here.
    ...(endpoint.media === undefined ? {} : { bodyLimit: UPLOAD_BYTES_MAX }),
    preValidation: async (request) => {
      if (endpoint.body === undefined && endpoint.media === undefined) refuseBody(request.body);
    },
    handler: async (request, reply) => {
      invariant(
        endpoint.access === 'public' || request.viewer !== null,
        'a handler would act for nobody',
      );
      const { body, params, query, viewer } = request;
      // Fastify has checked all three against the very schemas that these types come from.
      const call = { body, params, query, viewer, request, reply } as Call<N>;
      return reply.code(endpoint.status).send(await handler(call));
    },
  });
}

function schemaOf({ params, query, body, reply, status }: Endpoint): FastifySchema {
  return {
    params: params ?? Nothing,
    querystring: query ?? Nothing,
    ...(body === undefined ? {} : { body }),
    ...(reply === undefined ? {} : { response: { [status]: reply } }),
  };
}

/** An empty object passes: some callers cannot send JSON without a body. */
function refuseBody(body: unknown): void {
  if (body === undefined || body === null) return;
  if (typeof body === 'object' && Object.keys(body).length === 0) return;
  throw new DashboardError('invalid_request', 'this request takes no body');
}
