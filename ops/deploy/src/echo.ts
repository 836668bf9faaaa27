/** Types into a terminal and waits until it comes back. */
import { randomUUID } from 'node:crypto';
import { SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from '@dashboard/protocol/terminal/subprotocol';
import { encodeViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import { decodeWorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import { WebSocket } from 'ws';
import type { Browser } from './browser.ts';
import { SMOKE_STEP_MS_MAX } from './limits.ts';

/** The shell puts together what is not typed in one piece, so that the echo of the line is not enough. */
const TYPED = 'echo smoke-""test\r';
const EXPECTED = 'smoke-test';

/** @throws Error when it does not come within SMOKE_STEP_MS_MAX */
export async function echoOf(browser: Browser, session: string): Promise<void> {
  const socket = await open(browser, session);
  let seen = '';
  let isSent = false;
  try {
    await new Promise<void>((resolve, reject) => {
      const timeout = AbortSignal.timeout(SMOKE_STEP_MS_MAX);
      timeout.addEventListener('abort', () =>
        reject(new Error(`no echo in ${JSON.stringify(seen.slice(-200))}`)),
      );
      socket.on('close', (code) => reject(new Error(`the terminal was closed with ${code}`)));
      socket.on('message', (bytes: Buffer) => {
        const frame = decodeWorkerFrame(bytes);
        if (frame.type === 'malformed') return reject(new Error(`no frame: ${frame.why}`));
        if (frame.type === 'attached' && !isSent) {
          isSent = true;
          const input = {
            type: 'input',
            inputOffset: frame.inputOffset,
            bytes: Buffer.from(TYPED),
          } as const;
          socket.send(encodeViewerFrame(input));
        }
        if (frame.type === 'output' || frame.type === 'snapshot')
          seen += Buffer.from(frame.bytes).toString();
        if (seen.includes(EXPECTED)) resolve();
      });
    });
  } finally {
    socket.terminate();
  }
}

async function open(browser: Browser, session: string): Promise<WebSocket> {
  const path = `/api/sessions/${session}`;
  const body = { viewerId: randomUUID(), mode: 'control' };
  const { text } = await browser.ask('POST', `${path}/ticket`, { status: 201, body });
  const ticket = /"ticket":"([\w-]+)"/.exec(text)?.[1] ?? '';
  const url = new URL(`${path}/terminal?cols=80&rows=24`, browser.address.replace(/^http/, 'ws'));
  const socket = new WebSocket(url, [SUBPROTOCOL, `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`], {
    headers: browser.headers,
    handshakeTimeout: SMOKE_STEP_MS_MAX,
  });
  socket.binaryType = 'nodebuffer';
  return socket;
}
