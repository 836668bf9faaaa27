/**
 * A stand-in for the Messages API on loopback: the prompt says what the model does, every token is
 * written down. With it the real Claude Code runs where nothing but this machine can be reached.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { systemClock, type Clock } from '@dashboard/runtime/clock';
import type { AtEnd } from '../at-end.ts';
import { firstWord, type Act } from './acts.ts';
import { chargeAtStart, outputAtEnd, type Charge } from './charge.ts';
import { contentOf } from './content.ts';
import {
  blockEvents,
  encode,
  endOf,
  startOf,
  wholeMessage,
  type Answer,
} from './message-stream.ts';
import { failure, failureOf, limitReached, problem, type Refusal } from './refusal.ts';
import { parseMessagesRequest, turnOf, type MessagesRequest } from './request.ts';

export interface FakeAnthropicOptions {
  /** 0 lets the system choose. */
  readonly port?: number;
  readonly clock?: Clock;
  readonly onCharge?: (charge: Charge) => void;
}

/** A conversation with a large file in it; past this the client is told 413. */
const REQUEST_BYTES_MAX = 32 * 1024 * 1024;
/** Between two words of SLOW. */
const WORD_EVERY_MS = 100;

export class FakeAnthropic {
  readonly #clock: Clock;
  readonly #onCharge: ((charge: Charge) => void) | undefined;
  readonly #server: Server;
  readonly #charges: Charge[] = [];
  /** Paths that were asked for and are not there: a new client may need more than we know. */
  readonly unknown: string[] = [];
  /** Every request for a message, in the order in which they came. */
  readonly requests: MessagesRequest[] = [];
  readonly #failures = new Map<string, number>();
  /** A conversation may meet several endpoints in its life; ids of messages are never used twice. */
  readonly #mark = randomBytes(4).toString('hex');
  #url = '';

  constructor({ clock = systemClock, onCharge }: FakeAnthropicOptions = {}) {
    this.#clock = clock;
    this.#onCharge = onCharge;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** For ANTHROPIC_BASE_URL. */
  get url(): string {
    return this.#url;
  }

  /** What has been charged so far. A message that still streams grows. */
  get charges(): readonly Charge[] {
    return this.#charges;
  }

  async listen(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it listens nowhere');
    this.#url = `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const { pathname } = new URL(url, 'http://localhost');
    const text = await readBody(request);
    if (text === undefined) return refuse(response, failure(413, false));
    if (method === 'HEAD') return void response.writeHead(200).end();
    if (method === 'POST' && pathname === '/v1/messages/count_tokens') {
      return reply(response, 200, { input_tokens: Math.ceil(text.length / 4) });
    }
    if (method === 'POST' && pathname === '/v1/messages') return this.#message(text, response);
    this.unknown.push(`${method} ${pathname}`);
    refuse(response, { status: 404, headers: {}, body: problem(404, `no ${pathname}`) });
  }

  #message(text: string, response: ServerResponse): void {
    let request: MessagesRequest;
    try {
      request = parseMessagesRequest(text);
    } catch (error) {
      const body = problem(400, `not a request for a message: ${String(error)}`);
      return refuse(response, { status: 400, headers: {}, body });
    }
    this.requests.push(request);
    const { prompt, act } = turnOf(request, text);
    const refusal = act && this.#refusalOf(act, prompt);
    if (refusal !== undefined) return refuse(response, refusal);
    if (act?.verb === 'HANG') {
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    }
    this.#perform(request, { prompt, act, response });
  }

  #refusalOf(act: Act, prompt: string): Refusal | undefined {
    if (act.verb === 'LIMIT') return limitReached(act, this.#clock.nowMs());
    if (act.verb !== 'ERR') return undefined;
    const { status, times } = failureOf(act);
    if (times === 0) return failure(status, false);
    const soFar = this.#failures.get(prompt) ?? 0;
    this.#failures.set(prompt, soFar + 1);
    return soFar < times ? failure(status, true) : undefined;
  }

  #perform(
    request: MessagesRequest,
    { prompt, act, response }: { prompt: string; act: Act | undefined; response: ServerResponse },
  ): void {
    const number = this.#charges.length + 1;
    const id = `fake${this.#mark}${String(number).padStart(6, '0')}`;
    const tools = new Set((request.tools ?? []).flatMap(({ name }) => name ?? []));
    const wantsJson = request.output_config !== undefined && tools.size === 0;
    const answer: Answer = {
      messageId: `msg_${id}`,
      model: request.model,
      blocks: contentOf(act, { tools, wantsJson }),
      atStart: chargeAtStart(number),
      outputTokens: outputAtEnd(number),
    };
    const charge: Charge = {
      messageId: answer.messageId,
      requestId: `req_${id}`,
      model: request.model,
      prompt,
      ...answer.atStart,
    };
    this.#charges.push(charge);
    const settle = (): void => this.#settle(number, answer.outputTokens);
    if (request.stream !== true) {
      settle();
      return reply(response, 200, wholeMessage(answer));
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'request-id': charge.requestId,
    });
    response.write(encode(startOf(answer)));
    if (act?.verb === 'SLOW') return this.#talk(response, { act, answer, settle });
    for (const event of blockEvents(answer)) response.write(encode(event));
    settle();
    response.end(endOf(answer).map(encode).join(''));
  }

  /** One word after the other until the time is over or the client hangs up. */
  #talk(
    response: ServerResponse,
    { act, answer, settle }: { act: Act; answer: Answer; settle: () => void },
  ): void {
    const [seconds, word] = firstWord(act.rest);
    const words = Math.max(1, Math.round(((Number(seconds) || 1) * 1_000) / WORD_EVERY_MS));
    const block = { type: 'text', text: '' };
    response.write(encode({ type: 'content_block_start', index: 0, content_block: block }));
    let said = 0;
    const stop = this.#clock.every(WORD_EVERY_MS, () => {
      said++;
      const delta = { type: 'text_delta', text: `${word || 'word'} ${said} ` };
      response.write(encode({ type: 'content_block_delta', index: 0, delta }));
      if (said < words) return;
      stop();
      response.write(encode({ type: 'content_block_stop', index: 0 }));
      settle();
      response.end(endOf(answer).map(encode).join(''));
    });
    response.on('close', stop);
  }

  #settle(number: number, outputTokens: number): void {
    const charge = this.#charges[number - 1];
    if (charge === undefined) return;
    const whole = { ...charge, outputTokens };
    this.#charges[number - 1] = whole;
    this.#onCharge?.(whole);
  }
}

/** @returns its URL and what it has charged; it ends with the test */
export async function startFakeAnthropic(
  atEnd: AtEnd,
  options: FakeAnthropicOptions = {},
): Promise<FakeAnthropic> {
  const endpoint = new FakeAnthropic(options);
  await endpoint.listen(options.port);
  atEnd(() => endpoint.close());
  return endpoint;
}

/** @returns undefined when it is longer than any conversation */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= REQUEST_BYTES_MAX) chunks.push(chunk);
  }
  return bytes > REQUEST_BYTES_MAX ? undefined : Buffer.concat(chunks).toString();
}

function refuse(response: ServerResponse, { status, headers, body }: Refusal): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  reply(response, status, body);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
