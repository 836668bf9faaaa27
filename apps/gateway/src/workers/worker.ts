/** One worker as this gateway sees it: what may be asked of it, its events, and its terminals. */
import type { Uploaded } from '@dashboard/protocol/prompts';
import type { AttachmentPurpose, UploadPurpose } from '@dashboard/protocol/worker/handshake';
import type { MethodName, ParamsOf, ResultOf } from '@dashboard/protocol/worker/requests';
import type { FrameStream, FrameStreamEvents } from '@dashboard/runtime/frame-stream';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { inSpan } from '../tracing/index.ts';
import { WorkerFeed, type FeedListener } from './feed.ts';
import { openConnection, type WorkerAddress } from './open-connection.ts';
import { WorkerRequests, type RequestContext, type WorkerCallObserver } from './requests.ts';
import { sendFile } from './upload.ts';

export class Worker implements Part {
  readonly name = 'worker';
  readonly #address: WorkerAddress;
  readonly #requests: WorkerRequests;
  readonly #feed: WorkerFeed;

  constructor(
    address: WorkerAddress,
    deps: { logger: Logger; listener: FeedListener; observer: WorkerCallObserver },
  ) {
    this.#address = address;
    this.#requests = new WorkerRequests(address, {
      logger: deps.logger,
      observer: deps.observer,
      onUp: () => this.#feed.hurry(),
      onHanging: (error) => this.#feed.drop(error),
    });
    this.#feed = new WorkerFeed(address, deps.listener, () => this.#requests.isConnected);
  }

  get isConnected(): boolean {
    return this.#feed.isConnected;
  }

  /** A worker that is away is no reason not to start: the page says so, and it is looked for. */
  async start(): Promise<void> {
    await this.#requests.start();
    await this.#feed.start();
  }

  async stop(): Promise<void> {
    this.#feed.stop();
    this.#requests.stop();
    await Promise.resolve();
  }

  /** @throws DashboardError, see WorkerRequests.call */
  async call<N extends MethodName>(
    method: N,
    params: ParamsOf<N>,
    context: RequestContext,
  ): Promise<ResultOf<N>> {
    return await this.#requests.call(method, params, context);
  }

  /** A connection of its own for one viewer. @throws DashboardError, see openConnection */
  async attach(
    purpose: Omit<AttachmentPurpose, 'for'>,
    events: FrameStreamEvents,
  ): Promise<FrameStream> {
    return await inSpan({ name: 'worker attach', kind: 'asked' }, async () =>
      openConnection(this.#address, { for: 'attachment', ...purpose }, events),
    );
  }

  /** Reads `file` no faster than the worker writes it. @throws DashboardError, see sendFile */
  async upload(
    purpose: Omit<UploadPurpose, 'for'>,
    file: AsyncIterable<unknown>,
  ): Promise<Uploaded> {
    return await inSpan({ name: 'worker upload', kind: 'asked' }, async () =>
      sendFile(this.#address, purpose, file),
    );
  }
}
