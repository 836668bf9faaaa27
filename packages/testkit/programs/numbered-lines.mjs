/**
 * Prints numbered lines at a pace, so that a reader can tell which bytes are missing or doubled.
 * Arguments: number of lines, bytes a second (0: as fast as the terminal takes them), and a file
 * whose coming ends it early; the number of lines that were printed is then left in there.
 * The text of a line follows from its number alone; numbered-lines.ts knows it too.
 */
import { existsSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const [count = 1000, bytesPerSecond = 0] = process.argv.slice(2, 4).map(Number);
const stopFile = process.argv[4];
const TICK_MS = 10;
const BATCH_LINES = 200;

/** @param {number} number */
function lineOf(number) {
  return `${String(number).padStart(8, '0')} ${'abcdefghijklmnopqrstuvwxyz'.repeat(3).slice(number % 26, (number % 26) + 40)}\n`;
}

/** A terminal that is held up answers EAGAIN where it was made non-blocking. @param {string} text */
async function print(text) {
  for (let rest = Buffer.from(text); rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') throw error;
      await delay(1);
    }
  }
}

await print('BEGIN\n');
const startedMs = performance.now();
let printed = 0;
let number = 0;
while (number < count && !(stopFile && existsSync(stopFile))) {
  const dueMs = performance.now() - startedMs;
  const allowed = bytesPerSecond === 0 ? Infinity : (dueMs / 1000) * bytesPerSecond;
  let batch = '';
  for (let lines = 0; lines < BATCH_LINES && number < count; lines++) {
    if (printed + batch.length >= allowed) break;
    batch += lineOf(number++);
  }
  printed += batch.length;
  await print(batch);
  if (bytesPerSecond !== 0) await delay(TICK_MS);
}
if (stopFile) writeFileSync(stopFile, String(number));
await print('END\n');
