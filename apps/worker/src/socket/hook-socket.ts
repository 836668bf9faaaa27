/**
 * The Unix socket to which agents' hooks and status lines are forwarded: HTTP, because that is what
 * curl speaks. Whoever asks names a session and proves it with its token. What cannot be served is
 * refused with a status and no words: a forwarder prints nothing then, and the agent goes on.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseSessionId, type SessionId } from '@dashboard/protocol/ids';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { HOOK_PROCESS_HEADER, type HookReceiver, type HookTold } from '../agent/index.ts';
import {
  HOOK_BODY_BYTES_MAX,
  HOOK_CONNECTIONS_MAX,
  HOOK_DRAINED_BYTES_MAX,
  HOOK_HEADER_TIMEOUT_MS,
  HOOK_REQUEST_TIMEOUT_MS,
} from './limits.ts';
import { listenPrivately } from './listen-privately.ts';

export interface HookSocketOptions {
  /** Absolute path of the socket; its directory is private. */
  readonly path: string;
  readonly receiver: HookReceiver;
  readonly logger: Logger;
}

const ROUTE = /^\/sessions\/([0-9A-Z]{26})\/(?:hooks\/([A-Za-z]{1,40})|(status-line))$/;

export class HookSocket implements Part {
  readonly name = 'hook socket';
  readonly #options: HookSocketOptions;
  readonly #server: Server;

  constructor(options: HookSocketOptions) {
    this.#options = options;
    const timeouts = {
      headersTimeout: HOOK_HEADER_TIMEOUT_MS,
      requestTimeout: HOOK_REQUEST_TIMEOUT_MS,
    };
    this.#server = createServer(timeouts, (request, response) => {
      this.#serve(request, response).catch((err: unknown) => {
        // Never with what was told: prompts and commands do not belong in a log.
        options.logger.error({ err }, 'a hook could not be served');
        refuse(response, 500);
      });
    });
    this.#server.maxConnections = HOOK_CONNECTIONS_MAX;
  }

  async start(): Promise<void> {
    await listenPrivately(this.#server, this.#options.path);
  }

  /** Whoever waits for an answer gets none: the agent's own dialog is there. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { receiver, logger } = this.#options;
    const [, id, event] = ROUTE.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || id === undefined) return refuse(response, 404);
    const session = parseSessionId(id);
    if (!receiver.isTokenOf(session, tokenOf(request))) {
      logger.warn({ session }, 'a hook without the right token is refused');
      return refuse(response, 401);
    }
    const body = await readJson(request);
    const pid = processOf(request);
    if (event !== undefined) return await this.#tell(session, { event, body, pid }, response);
    receiver.statusLine(session, body);
    refuse(response, 204);
  }

  async #tell(
    session: SessionId,
    told: Omit<HookTold, 'gone'>,
    response: ServerResponse,
  ): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const answer = await this.#options.receiver.hook(session, { ...told, gone: gone.signal });
    if (response.destroyed) return;
    if (answer === null) return refuse(response, 204);
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  }
}

/** Also what has nothing to say: 204. */
function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { connection: 'close' }).end();
}

function tokenOf({ headers }: IncomingMessage): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** @returns null where no number is told */
function processOf({ headers }: IncomingMessage): number | null {
  const told = headers[HOOK_PROCESS_HEADER];
  return typeof told === 'string' && /^[1-9]\d{0,9}$/.test(told) ? Number(told) : null;
}

/** @returns undefined when it is too long or no JSON; a hook is then known by its name alone */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > HOOK_DRAINED_BYTES_MAX) throw new Error('a hook tells without end');
    if (bytes <= HOOK_BODY_BYTES_MAX) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > HOOK_BODY_BYTES_MAX) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
