/** One viewer's connection: frames in go to its inbox, frames of its attachment go out. */
import { DashboardError } from '@dashboard/protocol/errors';
import { decodeViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import {
  encodeOutputHeader,
  encodeWorkerFrame,
  type WorkerFrame,
} from '@dashboard/protocol/terminal/worker-frames';
import type { AttachmentPurpose } from '@dashboard/protocol/worker/handshake';
import type { FrameStream, FrameStreamEvents } from '@dashboard/runtime/frame-stream';
import { ViewerInbox, type AttachmentSink, type Session } from '../session/index.ts';

/** Told how long typed keys took on their way to the pane, and of viewers that were cut off. */
export interface AttachmentObserver {
  /** A frame of input has come. @returns what to call when the pane has it */
  typing(): () => void;
  /** @returns what to call once it has gone */
  attached(purpose: AttachmentPurpose): () => void;
  refused(error: DashboardError): void;
}

/** Before the welcome, since nothing can be refused after it. @throws DashboardError too_many_viewers */
export function requireRoom(session: Session): void {
  ViewerInbox.requireRoom(session);
}

/** Attaches the viewer and takes the connection over. */
export function serveAttachment(
  stream: FrameStream,
  session: Session,
  { purpose, observer }: { purpose: AttachmentPurpose; observer: AttachmentObserver },
): FrameStreamEvents {
  const sink: AttachmentSink = {
    send: (frame) => write(stream, frame),
    close: () => stream.end(),
  };
  const inbox = ViewerInbox.attach(session, purpose, sink);
  const gone = observer.attached(purpose);
  return {
    frame(bytes) {
      try {
        const frame = decodeViewerFrame(bytes);
        if (frame.type === 'malformed') throw new DashboardError('invalid_request', frame.why);
        const typed = frame.type === 'input' ? observer.typing() : undefined;
        inbox.receive(frame);
        typed?.();
      } catch (error) {
        if (!(error instanceof DashboardError)) throw error;
        observer.refused(error);
        inbox.close(error.code === 'forbidden' ? 'revoked' : 'malformed');
      }
    },
    drain: () => inbox.writable(),
    closed: () => {
      inbox.detach();
      gone();
    },
  };
}

/** Output is a view of the log and goes out as it is; only what is small is put together first. */
function write(stream: FrameStream, frame: WorkerFrame): boolean {
  return frame.type === 'output'
    ? stream.write(encodeOutputHeader(frame.offset), frame.bytes)
    : stream.write(encodeWorkerFrame(frame));
}
