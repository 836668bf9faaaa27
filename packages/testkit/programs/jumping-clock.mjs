/**
 * Loaded into a daemon under test before its own code: moves its wall time, in every thread, by the
 * milliseconds that stand in the file CLOCK_OFFSET_FILE. Timers and the monotonic clock are the
 * kernel's, which do not jump either when a machine learns the right time.
 */
import { readFileSync } from 'node:fs';

const file = process.env['CLOCK_OFFSET_FILE'] ?? '';
const RealDate = Date;

function nowMs() {
  return RealDate.now() + Number(readFileSync(file, 'utf8'));
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget),
  get: (target, name, receiver) => (name === 'now' ? nowMs : Reflect.get(target, name, receiver)),
});
