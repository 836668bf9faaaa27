/**
 * One buffer that the output of every pane is read into: libuv reads and calls back in one go, so no
 * other pane is read in between, and whoever keeps the bytes copies them (PaneEvents.output). One for
 * each would be 64 KiB a session that stays touched for ever.
 */
import { KiB } from '@dashboard/protocol/limits';

/** As much as a FIFO and the kernel's buffer of a terminal hold. */
const READ_BYTES_MAX = 64 * KiB;

const buffer = Buffer.allocUnsafeSlow(READ_BYTES_MAX);

/** What is in it is good until the reader has returned. */
export function readBuffer(): Buffer {
  return buffer;
}
