/** A terminal in the audit: opened, who decides its size, and at its end how much was typed, never what. */
import { decodeWorkerFrame, WORKER_FRAME } from '@dashboard/protocol/terminal/worker-frames';
import { VIEWER_FRAME } from '@dashboard/protocol/terminal/viewer-frames';
import type { Clock } from '@dashboard/runtime/clock';
import type { FastifyRequest } from 'fastify';
import { audit } from '../audit/index.ts';
import type { Viewer } from '../auth/index.ts';
import type { RelayObserver } from '../relay/index.ts';

/** Before the bytes of an input: its type and its offset. */
const INPUT_HEAD_BYTES = 9;
const MS_PER_S = 1_000;
/** Two viewers who take it from each other again and again would fill the trail; further changes are not told. */
const CONTROL_CHANGES_MAX = 100;

export interface AuditedTerminal {
  readonly request: FastifyRequest;
  readonly actor: Viewer;
  readonly isViewOnly: boolean;
  readonly of: { readonly session: string; readonly viewer: string };
}

/** @returns what `observer` does, and the audit */
export function auditTerminal(
  { observer, clock }: { readonly observer: RelayObserver; readonly clock: Clock },
  { request, actor, isViewOnly, of }: AuditedTerminal,
): RelayObserver {
  const startedMs = clock.monotonicMs();
  let [inputs, inputBytes, changes] = [0, 0, 0];
  let isController = false;
  audit(request, actor, { event: 'terminal_opened', ...of, isViewOnly });
  return {
    ...observer,
    toWorker: (frame) => {
      observer.toWorker(frame);
      if (frame[0] !== VIEWER_FRAME.input) return;
      inputs++;
      inputBytes += Math.max(0, frame.length - INPUT_HEAD_BYTES);
    },
    toBrowser: (frame) => {
      observer.toBrowser(frame);
      const holds = frame[0] === WORKER_FRAME.size ? holdsControl(frame) : isController;
      if (holds === isController) return;
      isController = holds;
      if (changes++ >= CONTROL_CHANGES_MAX) return;
      audit(request, actor, { event: holds ? 'control_taken' : 'control_lost', ...of });
    },
    closed: (why) => {
      observer.closed(why);
      const seconds = Math.round((clock.monotonicMs() - startedMs) / MS_PER_S);
      audit(request, actor, {
        ...{ event: 'terminal_closed', ...of, why, inputs, inputBytes, seconds },
      });
    },
  };
}

function holdsControl(frame: Uint8Array): boolean {
  const decoded = decodeWorkerFrame(frame);
  return decoded.type === 'size' && decoded.isController;
}
