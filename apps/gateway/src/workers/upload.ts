/** Sends one file to the worker, a bounded piece at a time: no faster than it writes, and nothing is kept. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { Uploaded } from '@dashboard/protocol/prompts';
import { UploadEnd, type UploadPurpose } from '@dashboard/protocol/worker/handshake';
import { withDeadline } from '@dashboard/runtime/deadline';
import type { FrameStream } from '@dashboard/runtime/frame-stream';
import { jsonFrameParser } from '@dashboard/runtime/json-frames';
import { UPLOAD_END_TIMEOUT_MS, UPLOAD_PIECE_BYTES_MAX } from './limits.ts';
import { openConnection, type WorkerAddress } from './open-connection.ts';

const parseEnd = jsonFrameParser('end of an upload', UploadEnd);

/** @throws DashboardError what the worker refuses with, or worker_unavailable */
export async function sendFile(
  address: WorkerAddress,
  purpose: Omit<UploadPurpose, 'for'>,
  file: AsyncIterable<unknown>,
): Promise<Uploaded> {
  const answer = Promise.withResolvers<Uploaded>();
  answer.promise.catch(() => undefined); // it may come before anybody waits for it
  let drained = Promise.withResolvers<void>();
  let isOver = false;
  const stream = await openConnection(
    address,
    { for: 'upload', ...purpose },
    {
      frame(bytes) {
        const end = parseEnd(bytes);
        if ('uploaded' in end) answer.resolve(end.uploaded);
        else answer.reject(new DashboardError(end.error.code, end.error.message));
      },
      drain: () => drained.resolve(),
      closed() {
        isOver = true;
        drained.resolve();
        answer.reject(new DashboardError('worker_unavailable', 'the worker hung up'));
      },
    },
  );
  try {
    for await (const piece of piecesOf(file)) {
      if (isOver) return await answer.promise;
      if (stream.write(piece)) continue;
      drained = Promise.withResolvers<void>();
      await drained.promise;
    }
    stream.write(new Uint8Array(0));
    const { clock } = address;
    const what = 'the end of an upload';
    return await withDeadline(answer.promise, { clock, timeoutMs: UPLOAD_END_TIMEOUT_MS, what });
  } finally {
    close(stream);
  }
}

/** Whatever came of it: a file whose end was not said is removed by the worker. */
function close(stream: FrameStream): void {
  if (!stream.isClosed) stream.destroy();
}

async function* piecesOf(file: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of file) {
    if (!(chunk instanceof Uint8Array)) continue;
    for (let at = 0; at < chunk.length; at += UPLOAD_PIECE_BYTES_MAX) {
      yield chunk.subarray(at, at + UPLOAD_PIECE_BYTES_MAX);
    }
  }
}
