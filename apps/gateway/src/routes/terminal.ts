/** The terminal WebSocket: a login, a ticket and room for it, all checked before it is accepted. */
import { DashboardError } from '@dashboard/protocol/errors';
import { parseSessionId } from '@dashboard/protocol/ids';
import { TERMINAL_PATH } from '@dashboard/protocol/rest';
import { hasRole } from '@dashboard/protocol/roles';
import {
  parseTerminalQuery,
  SUBPROTOCOL,
  TerminalQuery,
  TICKET_SUBPROTOCOL_PREFIX,
} from '@dashboard/protocol/terminal/subprotocol';
import type { Clock } from '@dashboard/runtime/clock';
import type {} from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Value } from 'typebox/value';
import { networkOf, type TicketGrant, type Tickets, type Viewer } from '../auth/index.ts';
import { Relay, type RelayHolder, type RelayObserver, type RelayTable } from '../relay/index.ts';
import { inSpan, type Piece } from '../tracing/index.ts';
import type { Worker } from '../workers/index.ts';
import { auditTerminal } from './terminal-audit.ts';

export interface TerminalRoute {
  readonly worker: Worker;
  readonly tickets: Tickets;
  readonly relays: RelayTable;
  readonly clock: Clock;
  readonly observer: RelayObserver;
}

interface Admission extends Pick<TicketGrant, 'viewerId' | 'mode'> {
  readonly viewer: Viewer;
}

/** From the accepted socket to the worker's; the life of a terminal is none of it. */
const ATTACH: Piece = {
  name: 'terminal attach',
  kind: 'served',
  attributes: { 'http.request.method': 'GET', 'http.route': TERMINAL_PATH },
};

export function terminalRoute(app: FastifyInstance, options: TerminalRoute): void {
  const admissions = new WeakMap<FastifyRequest, Admission>();
  app.route({
    method: 'GET',
    url: TERMINAL_PATH,
    config: { access: 'observer' },
    schema: { querystring: TerminalQuery },
    preHandler: async (request) => {
      admissions.set(request, admit(request, options));
    },
    handler: async (_request, reply) => {
      const error = new DashboardError('invalid_request', 'this address speaks WebSocket only');
      await reply.code(426).send(error.message);
    },
    wsHandler: (socket, request) => {
      const admission = admissions.get(request);
      if (admission === undefined) return socket.terminate(); // no request comes past preHandler
      const relay = makeRelay(socket, { request, admission, options });
      options.relays.add(relay, holderOf(request, admission.viewer));
      void relay.run();
    },
  });
}

/** @throws DashboardError unsupported_version, invalid_ticket, too_many_viewers, draining */
function admit(request: FastifyRequest, { tickets, relays }: TerminalRoute): Admission {
  const { viewer } = request;
  if (viewer === null) throw new DashboardError('unauthenticated', 'no live login');
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  if (!offered.includes(SUBPROTOCOL)) {
    throw new DashboardError('unsupported_version', `this gateway speaks ${SUBPROTOCOL}`);
  }
  const ticket = offered.find((name) => name.startsWith(TICKET_SUBPROTOCOL_PREFIX));
  if (ticket === undefined) throw new DashboardError('invalid_ticket', 'there is no ticket');
  const grant = tickets.redeem(ticket.slice(TICKET_SUBPROTOCOL_PREFIX.length), {
    loginId: viewer.loginId,
    sessionId: sessionOf(request),
  });
  relays.requireRoom(holderOf(request, viewer));
  return { viewer, ...grant };
}

function holderOf({ ip }: FastifyRequest, { loginId }: Viewer): RelayHolder {
  return { loginId, network: networkOf(ip) };
}

function makeRelay(
  socket: ConstructorParameters<typeof Relay>[0]['socket'],
  from: { request: FastifyRequest; admission: Admission; options: TerminalRoute },
): Relay {
  const { request, admission, options } = from;
  const { viewer, viewerId, mode } = admission;
  const { userId, name, role } = viewer;
  const isViewOnly = mode === 'view' || !hasRole(role, 'operator');
  const { size, resume } = placeOf(request);
  return new Relay({
    socket,
    role: isViewOnly ? 'observer' : role,
    clock: options.clock,
    observer: auditTerminal(options, {
      ...{ request, actor: viewer, isViewOnly },
      of: { session: sessionOf(request), viewer: viewerId },
    }),
    attach: async (events) => {
      const purpose = {
        session: sessionOf(request),
        viewer: viewerId,
        by: { userId, name, role },
        isViewOnly,
        requestId: request.id,
        ...(size === undefined ? {} : { size }),
        ...(resume === undefined ? {} : { resume }),
      };
      return await inSpan(ATTACH, async () => options.worker.attach(purpose, events));
    },
  });
}

function sessionOf({ params }: FastifyRequest): ReturnType<typeof parseSessionId> {
  const id = typeof params === 'object' && params !== null && 'id' in params ? params.id : '';
  return parseSessionId(String(id));
}

function placeOf({ query }: FastifyRequest): ReturnType<typeof parseTerminalQuery> {
  if (Value.Check(TerminalQuery, query)) return parseTerminalQuery(query);
  throw new DashboardError('invalid_request', 'the query is not one of a terminal');
}
