/** Limits that only hold together. Those that a module can state itself are asserted there. */
import { expect, test } from 'vitest';
import {
  BROWSER_FRAME_BYTES_MAX,
  CONTROL_FRAME_BYTES_MAX,
  CREDIT_BYTES_MIN,
  DEFAULT_COLS,
  DEFAULT_ROWS,
  FRAME_BYTES_MAX,
  HANDSHAKE_TIMEOUT_MS,
  INPUT_BYTES_MAX,
  OUTPUT_BYTES_MAX,
  PREVIEW_COLS_MAX,
  PREVIEW_ROWS,
  RECONNECT_DELAYS_MS,
  REQUEST_TIMEOUT_MS,
  SNAPSHOT_BYTES_MAX,
  SNAPSHOT_CHUNK_BYTES_MAX,
  UNACKED_INPUT_BYTES_MAX,
} from './limits.ts';
import { encodeViewerFrame } from './terminal/viewer-frames.ts';
import { encodeWorkerFrame, OUTPUT_HEADER_BYTES } from './terminal/worker-frames.ts';
import { isAllowed } from './terminal/viewer-frames.ts';

const SESSIONS_MAX = 500;

test('a full frame of each kind fits where it has to pass', () => {
  const input = encodeViewerFrame({
    type: 'input',
    inputOffset: Number.MAX_SAFE_INTEGER,
    bytes: new Uint8Array(INPUT_BYTES_MAX),
  });
  expect(input.length).toBeLessThanOrEqual(BROWSER_FRAME_BYTES_MAX);

  const output = encodeWorkerFrame({
    type: 'output',
    offset: 0,
    bytes: new Uint8Array(OUTPUT_BYTES_MAX),
  });
  expect(output.length).toBe(OUTPUT_HEADER_BYTES + OUTPUT_BYTES_MAX);
  expect(output.length).toBeLessThanOrEqual(FRAME_BYTES_MAX);
});

test('a sender always has credit for one more frame', () => {
  expect(OUTPUT_BYTES_MAX).toBeLessThanOrEqual(CREDIT_BYTES_MIN);
  expect(INPUT_BYTES_MAX).toBeLessThanOrEqual(UNACKED_INPUT_BYTES_MAX);
});

test('a snapshot is a whole number of chunks', () => {
  expect(SNAPSHOT_BYTES_MAX % SNAPSHOT_CHUNK_BYTES_MAX).toBe(0);
});

test('a list of all sessions with full previews fits into a control frame', () => {
  // Half of a screen of text is ASCII in practice; the bound is for a byte a cell.
  const previews = SESSIONS_MAX * PREVIEW_ROWS * PREVIEW_COLS_MAX;
  expect(previews).toBeLessThan(CONTROL_FRAME_BYTES_MAX / 2);
});

test('a browser comes back at once first, and never waits less than the time before', () => {
  expect(RECONNECT_DELAYS_MS[0]).toBe(0);
  expect([...RECONNECT_DELAYS_MS].sort((a, b) => a - b)).toEqual([...RECONNECT_DELAYS_MS]);
});

test('a handshake is given less time than the request that needs it', () => {
  expect(HANDSHAKE_TIMEOUT_MS).toBeLessThan(REQUEST_TIMEOUT_MS);
});

test('the default size is one that a terminal may have', () => {
  expect(isAllowed({ cols: DEFAULT_COLS, rows: DEFAULT_ROWS })).toBe(true);
});
