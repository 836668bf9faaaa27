/** The other end of the worker's socket, step by step: each step can be got wrong on purpose. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CONTROL_FRAME_BYTES_MAX } from '@dashboard/protocol/limits';
import { parseUserId } from '@dashboard/protocol/ids';
import type { Role } from '@dashboard/protocol/roles';
import type { GatewayHello } from '@dashboard/protocol/worker/handshake';
import { FrameStream } from '@dashboard/runtime/frame-stream';
import { encodeJson } from '@dashboard/runtime/json-frames';
import { gatewayProof, makeNonce } from '@dashboard/runtime/worker-proof';
import { until } from '@dashboard/testkit/until';
import { onTestFinished } from 'vitest';

/** What came, parsed as JSON and not checked: each test says what it expects. */
export type Json = Readonly<Record<string, unknown>>;

export interface RequestWish {
  readonly method: string;
  readonly params?: unknown;
  readonly role?: Role;
  /** Replaces or adds fields of the request. */
  readonly change?: Json;
}

export class SocketPeer {
  readonly socket: Socket;
  readonly frames: Uint8Array[] = [];
  isClosed = false;
  readonly #key: Uint8Array;
  readonly #stream: FrameStream;
  #read = 0;
  #number = 0;

  private constructor(socket: Socket, key: Uint8Array) {
    this.socket = socket;
    this.#key = key;
    this.#stream = new FrameStream(socket, CONTROL_FRAME_BYTES_MAX, {
      frame: (bytes) => void this.frames.push(bytes),
      closed: () => (this.isClosed = true),
    });
    onTestFinished(() => void socket.destroy());
  }

  static async connect(to: { socketPath: string; key: Uint8Array }): Promise<SocketPeer> {
    const socket = connect(to.socketPath);
    await once(socket, 'connect');
    return new SocketPeer(socket, to.key);
  }

  /** The next frame. @throws Error when none comes */
  async next(timeoutMs = 5_000): Promise<Uint8Array> {
    const place = this.#read++;
    return await until(() => this.frames[place], { what: `frame ${place} comes`, timeoutMs });
  }

  async nextJson(): Promise<Json> {
    return JSON.parse(Buffer.from(await this.next()).toString()) as Json;
  }

  /** An honest answer to the worker's hello, but for what is changed. */
  async answerFor(purpose: unknown, key = this.#key): Promise<GatewayHello> {
    const { challenge } = await this.nextJson();
    const nonce = makeNonce();
    const proof = gatewayProof({ key, challenge: String(challenge), nonce }, purpose);
    return { version: 1, release: 'test', nonce, proof, purpose };
  }

  /** The whole handshake. @returns what the worker said to it */
  async greet(purpose: unknown): Promise<Json> {
    this.send(await this.answerFor(purpose));
    return await this.nextJson();
  }

  send(value: unknown): void {
    this.#stream.write(encodeJson(value));
  }

  sendFrame(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  /** Below the frames. */
  sendRaw(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  async request({ method, params = {}, role = 'owner', change = {} }: RequestWish): Promise<Json> {
    const by = askerOf(role);
    this.send({ id: ++this.#number, method, params, by, requestId: 'test', ...change });
    return await this.nextJson();
  }

  /** Keeps its own half open from here on, as no honest peer does. */
  stayHalfOpen(): void {
    this.socket.allowHalfOpen = true;
  }

  /** For a half-open one, which learns of the end only by writing. */
  async waitForCut(timeoutMs: number): Promise<void> {
    const isCut = (): boolean => {
      if (!this.isClosed) this.socket.write(Buffer.alloc(4));
      return this.isClosed;
    };
    await until(isCut, { what: 'the worker cuts the connection', timeoutMs });
  }

  async waitForClose(timeoutMs = 5_000): Promise<void> {
    await until(() => this.isClosed, { what: 'the worker hangs up', timeoutMs });
  }
}

export function askerOf(role: Role): Json {
  return { userId: parseUserId(randomUUID()), name: 'tester', role };
}
