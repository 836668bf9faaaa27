/**
 * Loaded into a daemon under test before its own code: collects garbage all the time, in every
 * thread, so that the memory a test looks at is memory that is held.
 */
import v8 from 'node:v8';
import vm from 'node:vm';

const EVERY_MS = 500;

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');
// eslint-disable-next-line no-restricted-globals -- runs before the daemon, and beside every Clock of it
setInterval(() => collect(), EVERY_MS).unref();
