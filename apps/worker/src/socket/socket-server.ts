/** The worker's door: accepts connections on its Unix socket, believes those that prove the key. */
import { createServer, type Server, type Socket } from 'node:net';
import { DashboardError } from '@dashboard/protocol/errors';
import {
  CONTROL_FRAME_BYTES_MAX,
  FRAME_BYTES_MAX,
  HANDSHAKE_FRAME_BYTES_MAX,
  HANDSHAKE_TIMEOUT_MS,
} from '@dashboard/protocol/limits';
import type { Purpose } from '@dashboard/protocol/worker/handshake';
import type { Clock } from '@dashboard/runtime/clock';
import { FrameStream, type FrameStreamEvents } from '@dashboard/runtime/frame-stream';
import { encodeJson } from '@dashboard/runtime/json-frames';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import type { SessionTable } from '../session/index.ts';
import { requireRoom, serveAttachment, type AttachmentObserver } from './attachment-connection.ts';
import { EventFeed } from './event-feed.ts';
import { Greeting } from './greet.ts';
import { CONNECTIONS_MAX, FEED_BACKLOG_BYTES_MAX, STRANGERS_MAX } from './limits.ts';
import { listenPrivately } from './listen-privately.ts';
import { serveRequests, type Answers } from './request-connection.ts';

export interface SocketServerOptions {
  /** Absolute path of the socket; its directory is private. */
  readonly path: string;
  readonly key: Uint8Array;
  readonly release: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sessions: SessionTable;
  readonly answers: Answers;
  readonly observer: AttachmentObserver;
}

export class SocketServer implements Part {
  readonly name = 'worker socket';
  readonly #options: SocketServerOptions;
  readonly #server: Server;
  readonly #feed: EventFeed;
  readonly #streams = new Set<FrameStream>();
  #strangers = 0;
  #stopFeeding: (() => void) | undefined;

  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = CONNECTIONS_MAX;
    this.#feed = new EventFeed(options.clock.nowMs());
  }

  async start(): Promise<void> {
    this.#stopFeeding = this.#options.sessions.onEvent((event) => this.#feed.publish(event));
    await listenPrivately(this.#server, this.#options.path);
  }

  async stop(): Promise<void> {
    this.#stopFeeding?.();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const stream of this.#streams) stream.end();
    await closed;
  }

  #accept(socket: Socket): void {
    if (this.#strangers >= STRANGERS_MAX) {
      socket.destroy();
      return;
    }
    this.#strangers++;
    const { clock, key, release, logger } = this.#options;
    const cancelTimeout = clock.after(HANDSHAKE_TIMEOUT_MS, () => stream.destroy());
    let isStranger = true;
    const believed = (): void => {
      if (!isStranger) return;
      isStranger = false;
      this.#strangers--;
      cancelTimeout();
    };
    const stream = new FrameStream(socket, HANDSHAKE_FRAME_BYTES_MAX, {
      frame: (bytes) => {
        believed();
        this.#serve(stream, greeting, bytes);
      },
      closed: () => {
        believed();
        this.#streams.delete(stream);
      },
    });
    const greeting = new Greeting(stream, key);
    this.#streams.add(stream);
    greeting.sendHello(release);
    logger.trace('a connection was accepted');
  }

  #serve(stream: FrameStream, greeting: Greeting, hello: Uint8Array): void {
    try {
      const { purpose, welcome } = greeting.accept(hello);
      // Whatever refuses does so before the welcome, so that the gateway reads one or the other.
      const events = this.#begin(stream, purpose, welcome);
      const isAttachment = purpose.for === 'attachment';
      const closed = (error: Error | undefined): void => {
        this.#streams.delete(stream);
        if (error !== undefined) this.#logBroken(purpose.for, error);
        events.closed(error);
      };
      stream.handOver(
        { ...events, closed },
        isAttachment ? FRAME_BYTES_MAX : CONTROL_FRAME_BYTES_MAX,
      );
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      this.#options.logger.info({ code: error.code }, `a connection is refused: ${error.message}`);
      greeting.refuse(error);
    }
  }

  #begin(stream: FrameStream, purpose: Purpose, welcome: () => void): FrameStreamEvents {
    const { sessions, answers, logger, observer } = this.#options;
    switch (purpose.for) {
      case 'requests':
        welcome();
        return serveRequests(stream, { answers, logger });
      case 'events':
        welcome();
        return this.#serveFeed(stream, purpose.after);
      case 'attachment': {
        const session = sessions.get(purpose.session);
        requireRoom(session);
        welcome();
        return serveAttachment(stream, session, { purpose, observer });
      }
    }
  }

  /** A peer that vanishes is ordinary; an error that nobody expected is a bug of ours. */
  #logBroken(purpose: Purpose['for'], err: Error): void {
    const isOrdinary = err instanceof DashboardError || 'code' in err;
    this.#options.logger[isOrdinary ? 'info' : 'error']({ err, purpose }, 'a connection broke');
  }

  #serveFeed(
    stream: FrameStream,
    after: Extract<Purpose, { for: 'events' }>['after'],
  ): FrameStreamEvents {
    const all = () => this.#options.sessions.all().map((session) => session.summary());
    const stop = this.#feed.read(after, all, (frame) => {
      stream.write(encodeJson(frame));
      // It resumes by number, or is told everything anew: nothing is lost by cutting it off.
      if (stream.bufferedBytes > FEED_BACKLOG_BYTES_MAX) stream.destroy();
    });
    return { frame: () => stream.destroy(), closed: stop };
  }
}
