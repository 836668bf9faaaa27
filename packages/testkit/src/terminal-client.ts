/**
 * A viewer as the page is one, without a page: takes tickets, attaches, checks that every byte of
 * output follows on the one before, acknowledges, types with numbers, comes back when cut off.
 */
import { randomUUID } from 'node:crypto';
import { parseViewerId, type SessionId } from '@dashboard/protocol/ids';
import { RECONNECT_DELAYS_MS } from '@dashboard/protocol/limits';
import {
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
  type TerminalMode,
} from '@dashboard/protocol/terminal/subprotocol';
import { encodeViewerFrame, type ViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import { decodeWorkerFrame, type WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import { WebSocket } from 'ws';
import type { ApiClient } from './api-client.ts';
import { atTestEnd, type AtEnd } from './at-end.ts';
import type { ScreenReader } from './screen-reader.ts';
import { UnackedInput } from './unacked-input.ts';
import { until } from './until.ts';

export interface TerminalClientOptions {
  readonly mode?: TerminalMode;
  readonly size?: { readonly cols: number; readonly rows: number };
  /** Comes back by itself after a loss, as the page does. */
  readonly isPersistent?: boolean;
  readonly atEnd?: AtEnd;
  /** Draws every frame; what is not drawn is not acknowledged, as in the page. */
  readonly screen?: ScreenReader;
  /** Sees each frame after the client has understood it. */
  readonly onFrame?: (frame: WorkerFrame) => void;
}

const OPEN_TIMEOUT_MS = 5_000;

export class TerminalClient {
  readonly session: SessionId;
  readonly viewerId = parseViewerId(randomUUID());
  readonly frames: WorkerFrame[] = [];
  /** Set while frames need not be kept: a long stream would fill the memory of the test. */
  keepsFrames = true;
  /** Bytes of output and snapshots as text, since the last snapshot. */
  text = '';
  resyncs = 0;
  gaps = 0;
  reconnects = 0;
  closeCode: number | undefined;
  /** How the program ended, also while frames are not kept. */
  exit: Extract<WorkerFrame, { type: 'exited' }> | undefined;
  epoch: number | undefined;
  offset = 0;
  acks = true;
  readonly #api: ApiClient;
  readonly #options: TerminalClientOptions;
  #decoder = new TextDecoder();
  #socket: WebSocket | undefined;
  #isClosed = false;
  #isAttached = false;
  #isComingBack = false;
  readonly #input = new UnackedInput();

  constructor(api: ApiClient, session: SessionId, options: TerminalClientOptions = {}) {
    this.#api = api;
    this.session = session;
    this.#options = options;
    (options.atEnd ?? atTestEnd)(() => this.close());
  }

  /** Whether the worker has said so on the connection that is open now. */
  get isAttached(): boolean {
    return this.#isAttached;
  }

  get socket(): WebSocket | undefined {
    return this.#socket;
  }

  /**
   * @param taken a ticket from before; without one it is asked for
   * @throws Error when the upgrade is refused, with the status
   */
  async attach(taken?: string): Promise<this> {
    const ticket = taken ?? (await this.takeTicket());
    const query = new URLSearchParams();
    if (this.#options.size !== undefined) {
      query.set('cols', String(this.#options.size.cols));
      query.set('rows', String(this.#options.size.rows));
    }
    if (this.epoch !== undefined) {
      query.set('epoch', String(this.epoch));
      query.set('offset', String(this.offset));
    }
    await this.open(`/api/sessions/${this.session}/terminal?${query}`, [
      SUBPROTOCOL,
      `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`,
    ]);
    return this;
  }

  /** The upgrade alone, for tests that get it wrong on purpose. */
  async open(
    path: string,
    protocols: string[],
    headers: Record<string, string> = {},
  ): Promise<void> {
    const { url, cookieHeader } = this.#api;
    const socket = new WebSocket(new URL(path, url.replace(/^http/, 'ws')), protocols, {
      headers: { origin: url, cookie: cookieHeader, ...headers },
      perMessageDeflate: false,
    });
    this.#socket = socket;
    this.#isAttached = false;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data: Buffer) => this.#onMessage(data));
    socket.on('close', (code) => this.#onClose(code));
    await new Promise<void>((resolve, reject) => {
      const timeout = AbortSignal.timeout(OPEN_TIMEOUT_MS);
      timeout.addEventListener('abort', () => reject(new Error('the upgrade was not answered')));
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_request, response) => {
        reject(new Error(`refused with ${response.statusCode}`));
        socket.terminate();
      });
      socket.on('error', (error) => reject(error));
    });
  }

  /** Typed bytes that the pane has not acknowledged. */
  get unackedBytes(): number {
    return this.#input.bytesLeft;
  }

  /** Sent at once when attached, otherwise then; sent again after a loss, as far as it was not accepted. */
  type(text: string): void {
    this.#input.add(text);
    this.#sendInput();
  }

  send(frame: ViewerFrame): void {
    this.#socket?.send(encodeViewerFrame(frame));
  }

  sendRaw(bytes: Uint8Array | string): void {
    this.#socket?.send(bytes);
  }

  async waitForText(expected: string | RegExp, timeoutMs = 10_000): Promise<string> {
    const isThere = (): boolean =>
      typeof expected === 'string' ? this.text.includes(expected) : expected.test(this.text);
    await until(isThere, {
      what: `${String(expected)} in ${JSON.stringify(this.text.slice(-300))}`,
      timeoutMs,
    });
    return this.text;
  }

  async waitForFrame<T extends WorkerFrame['type']>(
    type: T,
    timeoutMs = 10_000,
  ): Promise<Extract<WorkerFrame, { type: T }>> {
    return await until(
      () =>
        this.frames.find(
          (frame): frame is Extract<WorkerFrame, { type: T }> => frame.type === type,
        ),
      { what: `a frame ${type} comes`, timeoutMs },
    );
  }

  async waitForClose(timeoutMs = 10_000): Promise<number> {
    return await until(() => this.closeCode, { what: 'the socket closes', timeoutMs });
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.terminate();
  }

  async takeTicket(): Promise<string> {
    const { mode = 'control' } = this.#options;
    const { ticket } = await this.#api.call('createTicket', {
      params: { id: this.session },
      body: { viewerId: this.viewerId, mode },
    });
    return ticket;
  }

  #onMessage(data: Buffer): void {
    const frame = decodeWorkerFrame(data);
    if (frame.type === 'malformed') throw new Error(`the server sent no frame: ${frame.why}`);
    this.#options.screen?.receive(frame);
    if (frame.type === 'attached') this.#onAttached(frame);
    if (frame.type === 'exited') this.exit = frame;
    if (frame.type === 'inputAck') this.#onInputAck(frame.inputOffset);
    if (frame.type === 'snapshot') this.#onSnapshot(frame);
    if (frame.type === 'output') this.#onOutput(frame);
    if (this.keepsFrames) this.frames.push(frame);
    this.#options.onFrame?.(frame);
  }

  #onAttached(frame: Extract<WorkerFrame, { type: 'attached' }>): void {
    const isSameProgram = frame.epoch === this.epoch;
    if (!isSameProgram) this.offset = frame.offset;
    this.epoch = frame.epoch;
    this.#isAttached = true;
    if (isSameProgram) this.#input.resumeAt(frame.inputOffset);
    else this.#input.restartAt(frame.inputOffset);
    this.#sendInput();
  }

  #onInputAck(inputOffset: number): void {
    this.#input.accepted(inputOffset);
    this.#sendInput();
  }

  #sendInput(): void {
    if (!this.#isAttached) return;
    for (let part = this.#input.next(); part !== undefined; part = this.#input.next()) {
      this.send({ type: 'input', ...part });
    }
  }

  #onSnapshot(frame: Extract<WorkerFrame, { type: 'snapshot' }>): void {
    if (frame.isFirst) {
      this.text = '';
      this.#decoder = new TextDecoder();
    }
    this.text += this.#decoder.decode(frame.bytes, { stream: true });
    if (!frame.isLast) return;
    this.resyncs++;
    this.offset = frame.offset;
    this.#ack();
  }

  #onOutput(frame: Extract<WorkerFrame, { type: 'output' }>): void {
    if (frame.offset !== this.offset) this.gaps++;
    this.offset = frame.offset + frame.bytes.length;
    if (this.keepsFrames) this.text += this.#decoder.decode(frame.bytes, { stream: true });
    this.#ack();
  }

  #ack(): void {
    const socket = this.#socket;
    const { offset } = this;
    const send = (): void => {
      // Offsets that were drawn after a loss mean nothing on the next connection.
      if (this.acks && socket === this.#socket) this.send({ type: 'ack', offset });
    };
    const { screen } = this.#options;
    if (screen === undefined) send();
    else void screen.drawn().then(send);
  }

  #onClose(code: number): void {
    this.closeCode = code;
    this.#isAttached = false;
    if (this.#options.isPersistent !== true || this.#isClosed || this.#isComingBack) return;
    void this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    this.#isComingBack = true; // a try that fails closes its socket too
    for (let attempt = 0; !this.#isClosed; attempt++) {
      const place = Math.min(attempt, RECONNECT_DELAYS_MS.length - 1);
      const delayMs = RECONNECT_DELAYS_MS[place] ?? 0;
      await new Promise((resolve) =>
        AbortSignal.timeout(delayMs + 1).addEventListener('abort', resolve),
      );
      try {
        await this.attach();
        this.reconnects++;
        this.#isComingBack = false;
        return;
      } catch {
        // The gateway or the worker is not back yet.
      }
    }
  }
}
