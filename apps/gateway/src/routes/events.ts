/** Server-Sent Events: one stream a tab, resumed by Last-Event-ID, ended with the login. */
import { DashboardError } from '@dashboard/protocol/errors';
import { EVENTS_PATH } from '@dashboard/protocol/rest';
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { Clock } from '@dashboard/runtime/clock';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logins, Viewer } from '../auth/index.ts';
import type { EventHub, NumberedEvent } from '../events/index.ts';
import { STREAMS_PER_LOGIN_MAX } from '../limits.ts';

export interface EventsRoute {
  readonly hub: EventHub;
  readonly logins: Logins;
  readonly clock: Clock;
  /** Said first on every stream, since no event tells a tab how things stand. */
  readonly isWorkerConnected: () => boolean;
}

/** A comment this often keeps proxies from closing a quiet stream, and finds a vanished tab. */
const KEEP_ALIVE_EVERY_MS = 20_000;
/** What a tab that does not read may have queued; it is cut off and resumes by id. */
const BACKLOG_BYTES_MAX = 1024 * 1024;
/** How long a browser waits before it comes back. */
const RETRY_MS = 1_000;

export function eventsRoute(app: FastifyInstance, options: EventsRoute): void {
  const streams = new EventStreams(options);
  app.addHook('preClose', async () => streams.close());
  app.route({
    method: 'GET',
    url: EVENTS_PATH,
    config: { access: 'observer' },
    handler: (request, reply) => {
      const { viewer } = request;
      if (viewer === null) throw new DashboardError('unauthenticated', 'no live login');
      const lastId = request.headers['last-event-id'];
      streams.open(reply, viewer, typeof lastId === 'string' ? lastId : undefined);
    },
  });
}

class EventStreams {
  readonly #options: EventsRoute;
  readonly #open = new Map<FastifyReply, string>();
  readonly #stopListening: () => void;

  constructor(options: EventsRoute) {
    this.#options = options;
    this.#stopListening = options.logins.onRevoked(({ loginId }) => {
      for (const [reply, login] of [...this.#open]) if (login === loginId) reply.raw.end();
    });
  }

  open(reply: FastifyReply, { loginId, userId }: Viewer, lastId: string | undefined): void {
    const own = [...this.#open.values()].filter((login) => login === loginId).length;
    if (own >= STREAMS_PER_LOGIN_MAX) {
      throw new DashboardError('rate_limited', 'too many event streams of one login');
    }
    const { hub, clock, isWorkerConnected } = this.#options;
    const { raw } = reply;
    // What plugins have set, such as security headers, would otherwise be left out.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) raw.setHeader(name, value);
    }
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write(`retry: ${RETRY_MS}\n\n`);
    raw.write(lineOf({ type: 'worker', isConnected: isWorkerConnected() }));
    const send = ({ id, event, to }: NumberedEvent): void => {
      if (to !== undefined && to !== userId) return;
      raw.write(`id: ${id}\n${lineOf(event)}`);
      if (raw.writableLength > BACKLOG_BYTES_MAX) raw.destroy();
    };
    this.#open.set(reply, loginId);
    const stopReading = hub.read(lastId, send);
    const stopKeeping = clock.every(KEEP_ALIVE_EVERY_MS, () => raw.write(':\n\n'));
    raw.on('error', () => undefined);
    raw.on('close', () => {
      stopReading();
      stopKeeping();
      this.#open.delete(reply);
    });
  }

  close(): void {
    this.#stopListening();
    for (const reply of this.#open.keys()) reply.raw.end();
  }
}

function lineOf(event: DashboardEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
