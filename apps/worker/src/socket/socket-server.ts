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
import type { Approvals, Prompts } from '../agent/index.ts';
import type { Uploads } from '../project/index.ts';
import type { SessionTable } from '../session/index.ts';
import { requireRoom, serveAttachment, type AttachmentObserver } from './attachment-connection.ts';
import { EventFeed } from './event-feed.ts';
import { Greeting } from './greet.ts';
import { CONNECTIONS_MAX, FEED_BACKLOG_BYTES_MAX, STOP_GRACE_MS, STRANGERS_MAX } from './limits.ts';
import { listenPrivately } from './listen-privately.ts';
import { serveRequests, type Answers, type RequestObserver } from './request-connection.ts';
import { requireUpload, serveUpload } from './upload-connection.ts';

export interface SocketServerOptions {
  /** Absolute path of the socket; its directory is private. */
  readonly path: string;
  readonly key: Uint8Array;
  readonly release: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sessions: SessionTable;
  readonly approvals: Approvals;
  readonly prompts: Prompts;
  readonly uploads: Uploads;
  readonly answers: Answers;
  readonly observer: AttachmentObserver;
  readonly requests: RequestObserver;
}

export class SocketServer implements Part {
  readonly name = 'worker socket';
  readonly #options: SocketServerOptions;
  readonly #server: Server;
  readonly #feed: EventFeed;
  readonly #streams = new Set<FrameStream>();
  /** Those that have not proven themselves, oldest first, and what stops the clock for each. */
  readonly #strangers = new Map<FrameStream, () => void>();
  #stopFeeding: readonly (() => void)[] = [];

  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = CONNECTIONS_MAX;
    this.#feed = new EventFeed(options.clock.nowMs());
  }

  async start(): Promise<void> {
    const { sessions, approvals, prompts } = this.#options;
    this.#stopFeeding = [
      sessions.onEvent((event) => this.#feed.publish(event)),
      approvals.onEvent((event) => this.#feed.publish(event)),
      prompts.onEvent((event) => this.#feed.publish(event)),
    ];
    await listenPrivately(this.#server, this.#options.path);
  }

  async stop(): Promise<void> {
    for (const stopFeeding of this.#stopFeeding) stopFeeding();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const stream of this.#streams) stream.end();
    const cancel = this.#options.clock.after(STOP_GRACE_MS, () => {
      for (const stream of this.#streams) stream.destroy();
    });
    await closed;
    cancel();
  }

  #accept(socket: Socket): void {
    const { clock, key, release, logger } = this.#options;
    const stream = new FrameStream(socket, HANDSHAKE_FRAME_BYTES_MAX, {
      frame: (bytes) => this.#serve(stream, greeting, bytes),
      closed: () => this.#forget(stream),
    });
    const greeting = new Greeting(stream, key);
    this.#makeRoomForStranger();
    // Until it is believed, also while it is told why it is not.
    this.#strangers.set(
      stream,
      clock.after(HANDSHAKE_TIMEOUT_MS, () => stream.destroy()),
    );
    this.#streams.add(stream);
    greeting.sendHello(release);
    logger.trace('a connection was accepted');
  }

  /** The oldest goes, not the newest: a gateway is done within a millisecond, whoever waits is none. */
  #makeRoomForStranger(): void {
    const [oldest] = this.#strangers.keys();
    if (oldest === undefined || this.#strangers.size < STRANGERS_MAX) return;
    this.#forget(oldest);
    oldest.destroy();
  }

  #forget(stream: FrameStream): void {
    this.#believe(stream);
    this.#streams.delete(stream);
  }

  #believe(stream: FrameStream): void {
    this.#strangers.get(stream)?.();
    this.#strangers.delete(stream);
  }

  #serve(stream: FrameStream, greeting: Greeting, hello: Uint8Array): void {
    try {
      const { purpose, welcome } = greeting.accept(hello);
      // Whatever refuses does so before the welcome, so that the gateway reads one or the other.
      const events = this.#begin(stream, purpose, welcome);
      this.#believe(stream);
      const isBinary = purpose.for === 'attachment' || purpose.for === 'upload';
      const closed = (error: Error | undefined): void => {
        this.#forget(stream);
        if (error !== undefined) this.#logBroken(purpose.for, error);
        events.closed(error);
      };
      stream.handOver({ ...events, closed }, isBinary ? FRAME_BYTES_MAX : CONTROL_FRAME_BYTES_MAX);
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      this.#options.logger.info({ code: error.code }, `a connection is refused: ${error.message}`);
      greeting.refuse(error);
      // One try a connection: whatever it says now is not listened to.
      const closed = (): void => this.#forget(stream);
      stream.handOver({ frame: () => undefined, closed }, HANDSHAKE_FRAME_BYTES_MAX);
    }
  }

  #begin(stream: FrameStream, purpose: Purpose, welcome: () => void): FrameStreamEvents {
    const { sessions, uploads, answers, clock, logger, observer, requests } = this.#options;
    switch (purpose.for) {
      case 'requests':
        welcome();
        return serveRequests(stream, { answers, clock, logger, observer: requests });
      case 'events':
        welcome();
        return this.#serveFeed(stream, purpose.after);
      case 'upload':
        requireUpload(purpose, sessions);
        welcome();
        return serveUpload(stream, purpose, { sessions, uploads, logger });
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
