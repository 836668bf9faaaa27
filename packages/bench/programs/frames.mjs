/**
 * Prints frames at a pace, each with its number and the time it was printed at on the clock that all
 * processes share. Arguments: frames a second, bytes of a frame, seconds.
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const [perSecond = 30, bytes = 4096, seconds = 1] = process.argv.slice(2).map(Number);
const count = perSecond * seconds;
/** Until the session is ended. */
const FOR_EVER_MS = 3_600_000;
const startedMs = performance.now();

for (let number = 0; number < count; number++) {
  const stamp = (/** @type {bigint} */ time) => `~${number}:${time}~\x1b[H`;
  const room = bytes - stamp(process.hrtime.bigint()).length;
  const filler = 'a frame of a screen '.repeat(Math.ceil(bytes / 20)).slice(0, room);
  writeSync(1, filler + stamp(process.hrtime.bigint()));
  const dueMs = startedMs + ((number + 1) * 1000) / perSecond;
  await delay(Math.max(0, dueMs - performance.now()));
}
await delay(FOR_EVER_MS);
