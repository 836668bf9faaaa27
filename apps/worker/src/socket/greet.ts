/** The worker's side of the handshake: challenge, check the proof, prove itself. */
import { DashboardError } from '@dashboard/protocol/errors';
import {
  GatewayHello,
  Purpose,
  WORKER_PROTOCOL_VERSION,
  WORKER_PROTOCOL_VERSIONS,
  type WorkerHello,
  type WorkerWelcome,
} from '@dashboard/protocol/worker/handshake';
import type { FrameStream } from '@dashboard/runtime/frame-stream';
import { encodeJson, jsonFrameParser, valueParser } from '@dashboard/runtime/json-frames';
import { gatewayProof, isSameProof, makeNonce, workerProof } from '@dashboard/runtime/worker-proof';

const parseHello = jsonFrameParser('greeting of a gateway', GatewayHello);
const parsePurpose = valueParser('purpose of a connection', Purpose);

/** One connection that has been accepted and not yet believed. */
export class Greeting {
  readonly #stream: FrameStream;
  readonly #key: Uint8Array;
  readonly #challenge = makeNonce();

  constructor(stream: FrameStream, key: Uint8Array) {
    this.#stream = stream;
    this.#key = key;
  }

  sendHello(release: string): void {
    const hello: WorkerHello = {
      version: WORKER_PROTOCOL_VERSION,
      release,
      challenge: this.#challenge,
    };
    this.#stream.write(encodeJson(hello));
  }

  /**
   * Reads the answer and proves this side.
   * @throws DashboardError unsupported_version, unauthenticated, invalid_request
   */
  accept(frame: Uint8Array): { purpose: Purpose; welcome: () => void } {
    const { version, nonce, proof, purpose } = parseHello(frame);
    if (!WORKER_PROTOCOL_VERSIONS.includes(version)) {
      throw new DashboardError(
        'unsupported_version',
        `the gateway speaks version ${version}, this worker ${WORKER_PROTOCOL_VERSIONS.join(', ')}`,
      );
    }
    const exchange = { key: this.#key, challenge: this.#challenge, nonce };
    if (!isSameProof(proof, gatewayProof(exchange, purpose))) {
      throw new DashboardError(
        'unauthenticated',
        'the gateway does not hold the key of this worker',
      );
    }
    return {
      purpose: parsePurpose(purpose),
      welcome: () => {
        const welcome: WorkerWelcome = { proof: workerProof(exchange) };
        this.#stream.write(encodeJson(welcome));
      },
    };
  }

  /** Says why not, then hangs up. */
  refuse(error: DashboardError): void {
    const { code, message } = error;
    const welcome: WorkerWelcome = { error: { code, message } };
    this.#stream.write(encodeJson(welcome));
    this.#stream.end();
  }
}
