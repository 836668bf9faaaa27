/**
 * One WebSocket to one session: a fresh ticket, the upgrade, frames in both directions. Tries once;
 * whether to come back is for the session to decide. Knows what a close code means, and no runes.
 */
import {
  DashboardError,
  ERROR_CODES,
  ERRORS,
  isErrorCode,
  type ErrorCode,
} from '@dashboard/protocol/errors';
import type { SessionId, ViewerId } from '@dashboard/protocol/ids';
import { TERMINAL_PATH } from '@dashboard/protocol/rest';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import {
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
  type TerminalMode,
} from '@dashboard/protocol/terminal/subprotocol';
import {
  encodeViewerFrame,
  type Malformed,
  type ViewerFrame,
} from '@dashboard/protocol/terminal/viewer-frames';
import { decodeWorkerFrame, type WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { Api } from '../api/api.ts';
import type { Place } from './output-follower.ts';

/** Why there is no socket any more; `why` is undefined when the network did not say. */
export interface Loss {
  readonly stage: 'ticket' | 'socket';
  readonly why: ErrorCode | undefined;
}

export interface SocketEvents {
  frame(frame: WorkerFrame | Malformed): void;
  /** Once, and never after close(). */
  lost(loss: Loss): void;
}

export interface TerminalSocket {
  /** Does nothing before the upgrade and after the end. */
  send(frame: ViewerFrame): void;
  close(): void;
}

/**
 * Begins to connect. Events come only after it has returned.
 * @param place from where to resume; undefined asks for a snapshot
 */
export type OpenTerminalSocket = (
  window: TerminalSize | undefined,
  place: Place | undefined,
  events: SocketEvents,
) => TerminalSocket;

export interface SocketOptions {
  readonly api: Api;
  readonly sessionId: SessionId;
  readonly viewerId: ViewerId;
  readonly mode: TerminalMode;
}

const CLOSE_NORMAL = 1000;

export function terminalSockets(options: SocketOptions): OpenTerminalSocket {
  return (window, place, events) => {
    let socket: WebSocket | undefined;
    let isClosed = false;
    const lost = (loss: Loss) => {
      if (!isClosed) events.lost(loss);
      isClosed = true;
    };

    requestTicket(options).then(
      (ticket) => {
        if (isClosed) return;
        const address = terminalAddress(options.sessionId, window, place);
        socket = new WebSocket(address, [SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX + ticket]);
        socket.binaryType = 'arraybuffer';
        socket.onmessage = ({ data }) => {
          if (!isClosed && data instanceof ArrayBuffer) {
            events.frame(decodeWorkerFrame(new Uint8Array(data)));
          }
        };
        socket.onclose = ({ code, reason }) =>
          lost({ stage: 'socket', why: meaningOfClose(code, reason) });
      },
      (error: unknown) => lost({ stage: 'ticket', why: codeOf(error) }),
    );

    return {
      send(frame) {
        if (socket?.readyState === WebSocket.OPEN) socket.send(encodeViewerFrame(frame));
      },
      close() {
        isClosed = true;
        socket?.close(CLOSE_NORMAL);
      },
    };
  };
}

async function requestTicket({ api, sessionId, viewerId, mode }: SocketOptions): Promise<string> {
  const body = { viewerId, mode };
  return (await api.call('createTicket', { params: { id: sessionId }, body })).ticket;
}

export function terminalAddress(
  sessionId: SessionId,
  window: TerminalSize | undefined,
  place: Place | undefined,
): string {
  const query = new URLSearchParams();
  if (window !== undefined) {
    query.set('cols', String(window.cols));
    query.set('rows', String(window.rows));
  }
  if (place !== undefined) {
    query.set('epoch', String(place.epoch));
    query.set('offset', String(place.offset));
  }
  return `${TERMINAL_PATH.replace(':id', sessionId)}?${query.toString()}`;
}

/** The reason may name the code itself; otherwise the first code with this number stands for all. */
export function meaningOfClose(code: number, reason: string): ErrorCode | undefined {
  if (isErrorCode(reason)) return reason;
  return ERROR_CODES.find((name) => ERRORS[name].closeCode === code);
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof DashboardError ? error.code : 'internal';
}
