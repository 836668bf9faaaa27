/** A WebSocket as browsers open one, without compression, which no target here has by default. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

const OPEN_TIMEOUT_MS = 10_000;

export interface SocketWish {
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Listen before you await: frames may come with the answer to the upgrade. */
export function openSocket(url: URL, { protocols = [], headers = {} }: SocketWish = {}): WebSocket {
  const socket = new WebSocket(url, [...protocols], {
    headers,
    perMessageDeflate: false,
    handshakeTimeout: OPEN_TIMEOUT_MS,
  });
  socket.binaryType = 'nodebuffer';
  return socket;
}

/** @throws Error when the upgrade is refused, with the status */
export async function opened(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.OPEN) return;
  await once(socket, 'open');
}
