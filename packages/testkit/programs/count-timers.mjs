/** Loaded into a daemon under test before its own code: writes how many timers it has to TIMERS_IN/<pid>. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 500;
const file = join(process.env['TIMERS_IN'] ?? '/nowhere', String(process.pid));

function count() {
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
  writeFileSync(file, String(timers.length));
}

// eslint-disable-next-line no-restricted-globals -- runs before the daemon, and beside every Clock of it
if (isMainThread) setInterval(count, EVERY_MS).unref();
