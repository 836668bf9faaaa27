/** The gateway's side of the handshake: prove the key, check the worker's proof, say what it is for. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { DashboardError } from '@dashboard/protocol/errors';
import {
  CONTROL_FRAME_BYTES_MAX,
  FRAME_BYTES_MAX,
  HANDSHAKE_FRAME_BYTES_MAX,
} from '@dashboard/protocol/limits';
import {
  WORKER_PROTOCOL_VERSION,
  WORKER_PROTOCOL_VERSIONS,
  WorkerHello,
  WorkerWelcome,
  type GatewayHello,
  type Purpose,
} from '@dashboard/protocol/worker/handshake';
import type { Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import { FrameStream, type FrameStreamEvents } from '@dashboard/runtime/frame-stream';
import { encodeJson, jsonFrameParser } from '@dashboard/runtime/json-frames';
import { gatewayProof, isSameProof, makeNonce, workerProof } from '@dashboard/runtime/worker-proof';
import { CONNECT_TIMEOUT_MS } from './limits.ts';

/** Where a worker is and what proves that we may talk to it. */
export interface WorkerAddress {
  readonly socketPath: string;
  readonly key: Uint8Array;
  /** Of this gateway, for the worker's log. */
  readonly release: string;
  readonly clock: Clock;
}

const parseHello = jsonFrameParser('greeting of a worker', WorkerHello);
const parseWelcome = jsonFrameParser('welcome of a worker', WorkerWelcome);

/**
 * @param events what listens once the worker has welcomed us; nothing is missed in between
 * @throws DashboardError worker_unavailable, unsupported_version, or what the worker refuses with
 */
export async function openConnection(
  address: WorkerAddress,
  purpose: Purpose,
  events: FrameStreamEvents,
): Promise<FrameStream> {
  const { clock, socketPath } = address;
  const socket = connect(socketPath);
  try {
    const opened = greet(socket, { address, purpose, events });
    return await withDeadline(opened, { clock, timeoutMs: CONNECT_TIMEOUT_MS, what: 'greeting' });
  } catch (cause) {
    socket.destroy();
    if (cause instanceof DashboardError && cause.code !== 'deadline_exceeded') throw cause;
    throw new DashboardError('worker_unavailable', 'the worker does not answer', {
      cause,
      hint: `is a worker running on ${socketPath}?`,
    });
  }
}

interface Meeting {
  readonly address: WorkerAddress;
  readonly purpose: Purpose;
  readonly events: FrameStreamEvents;
}

async function greet(socket: Socket, meeting: Meeting): Promise<FrameStream> {
  await once(socket, 'connect');
  return await new Promise<FrameStream>((resolve, reject) => {
    const nonce = makeNonce();
    let challenge: string | undefined;
    const stream = new FrameStream(socket, HANDSHAKE_FRAME_BYTES_MAX, {
      frame(bytes) {
        try {
          if (challenge === undefined) {
            challenge = parseHello(bytes).challenge;
            answer(stream, meeting, { hello: bytes, nonce });
          } else {
            checkWelcome(bytes, { key: meeting.address.key, challenge, nonce });
            const { for: what } = meeting.purpose;
            const isBinary = what === 'attachment' || what === 'upload';
            stream.handOver(meeting.events, isBinary ? FRAME_BYTES_MAX : CONTROL_FRAME_BYTES_MAX);
            resolve(stream);
          }
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      },
      closed: (error) => reject(error ?? new Error('the worker hung up')),
    });
  });
}

function answer(
  stream: FrameStream,
  { address, purpose }: Meeting,
  { hello, nonce }: { hello: Uint8Array; nonce: string },
): void {
  const { version, release, challenge } = parseHello(hello);
  if (!WORKER_PROTOCOL_VERSIONS.includes(version)) {
    throw new DashboardError(
      'unsupported_version',
      `worker ${release} speaks version ${version}, this gateway ${WORKER_PROTOCOL_VERSIONS.join(', ')}`,
    );
  }
  const proof = gatewayProof({ key: address.key, challenge, nonce }, purpose);
  const reply: GatewayHello = {
    version: WORKER_PROTOCOL_VERSION,
    release: address.release,
    nonce,
    proof,
    purpose,
  };
  stream.write(encodeJson(reply));
}

function checkWelcome(
  bytes: Uint8Array,
  exchange: { key: Uint8Array; challenge: string; nonce: string },
): void {
  const welcome = parseWelcome(bytes);
  if ('error' in welcome) throw new DashboardError(welcome.error.code, welcome.error.message);
  if (isSameProof(welcome.proof, workerProof(exchange))) return;
  throw new DashboardError('worker_unavailable', 'who answers there is not our worker', {
    hint: 'gateway and worker must hold the same key',
  });
}
