/** One file on its way to a session: frames of its bytes until an empty one, and then one answer. */
import { DashboardError } from '@dashboard/protocol/errors';
import { requireRole } from '@dashboard/protocol/roles';
import type { UploadEnd, UploadPurpose } from '@dashboard/protocol/worker/handshake';
import type { FrameStream, FrameStreamEvents } from '@dashboard/runtime/frame-stream';
import { encodeJson } from '@dashboard/runtime/json-frames';
import type { Logger } from '@dashboard/runtime/logger';
import type { Upload, Uploads } from '../project/index.ts';
import type { SessionTable } from '../session/index.ts';

export interface UploadDeps {
  readonly sessions: SessionTable;
  readonly uploads: Uploads;
  readonly logger: Logger;
}

/** Before the welcome. @throws DashboardError forbidden, session_not_found, session_ended */
export function requireUpload({ session, by }: UploadPurpose, sessions: SessionTable): void {
  requireRole(by.role, 'operator');
  if (sessions.get(session).isRunning) return;
  throw new DashboardError('session_ended', 'this session has ended');
}

/** Nothing is read while a piece is being written: what waits, waits with whoever sends. */
export function serveUpload(
  stream: FrameStream,
  purpose: UploadPurpose,
  { uploads, logger }: UploadDeps,
): FrameStreamEvents {
  const { session, name, by, requestId } = purpose;
  let isOver = false;
  const upload: Promise<Upload> = uploads.begin(session, name);
  const end = (answer: UploadEnd): void => {
    isOver = true;
    stream.write(encodeJson(answer));
    stream.end();
  };
  /** What there is of the file is gone before anybody hears of it. */
  const fail = async (error: unknown): Promise<void> => {
    const isTold = isOver;
    isOver = true;
    await upload.then(async (begun) => await begun.abort()).catch(() => undefined);
    if (isTold) return;
    if (error instanceof DashboardError) {
      return end({ error: { code: error.code, message: error.message } });
    }
    logger.error({ err: error, requestId, session }, 'a file could not be received');
    end({ error: { code: 'internal', message: 'the worker failed' } });
  };
  const receive = async (bytes: Uint8Array): Promise<void> => {
    const begun = await upload;
    if (isOver) return;
    if (bytes.length > 0) return await begun.write(bytes);
    const uploaded = await begun.finish();
    const who = { userId: by.userId, person: by.name };
    const line = { event: 'file_uploaded', requestId, session, bytes: uploaded.bytes };
    logger.info({ ...line, ...who }, `${by.name} gives a file to an agent`);
    end({ uploaded });
  };
  upload.catch((error: unknown) => void fail(error));
  return {
    frame(bytes) {
      if (isOver) return;
      stream.pause();
      receive(bytes).then(
        () => stream.resume(),
        (error: unknown) => void fail(error),
      );
    },
    closed: () => {
      if (!isOver) void fail(new DashboardError('worker_unavailable', 'the gateway hung up'));
    },
  };
}
