/** An upgrade written by hand: every header as wished, also those that no client library would send. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface UpgradeWish {
  readonly path: string;
  /** In this order and spelling; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  /** Default `GET <path> HTTP/1.1`. */
  readonly requestLine?: string;
}

export interface UpgradeAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The problem's code, where the body is one. */
  readonly code: string | undefined;
  /** After 101: the connection itself, to write what one likes. */
  readonly socket: Socket;
}

const ANSWER_TIMEOUT_MS = 5_000;

export function webSocketHeaders(): [string, string][] {
  return [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', randomBytes(16).toString('base64')],
  ];
}

export async function upgrade(url: string, wish: UpgradeWish): Promise<UpgradeAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const lines = wish.headers.map(([name, value]) => `${name}: ${value}`);
  const requestLine = wish.requestLine ?? `GET ${wish.path} HTTP/1.1`;
  socket.write([requestLine, ...lines, '', ''].join('\r\n'));
  return await readAnswer(socket);
}

async function readAnswer(socket: Socket): Promise<UpgradeAnswer> {
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  let received = '';
  while (!isWhole(received)) {
    const [chunk] = (await Promise.race([
      once(socket, 'data', { signal }),
      once(socket, 'close', { signal }).then(() => []),
    ])) as [Buffer?];
    if (chunk === undefined) break;
    received += chunk.toString('latin1');
  }
  const [head = '', body = ''] = received.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', valueIn(line)]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, code: codeIn(body), socket };
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = Number(/content-length: *(\d+)/i.exec(received)?.[1] ?? 0);
  return received.length >= end + 4 + length;
}

function valueIn(line: string): string {
  return line.slice(line.indexOf(':') + 1).trim();
}

function codeIn(body: string): string | undefined {
  return /"code":"([a-z_]+)"/.exec(body)?.[1];
}
