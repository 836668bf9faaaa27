/** The life of a daemon: start, wait for a signal, stop within a deadline, say how it went. */
import { once } from 'node:events';
import type { Clock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import type { Logger } from './logger.ts';

export interface RunOptions {
  /** `process`, or what plays it in a test. */
  readonly signals: NodeJS.EventEmitter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For all parts together; past it the process ends with what is still open. */
  readonly stopTimeoutMs: number;
}

/** The program as a whole; a Lifecycle is one. */
export interface Program {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** By name of the part, as far as it has stopped. */
  readonly stopTookMs?: Readonly<Record<string, number>>;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** @returns the exit code: 0 after a clean stop, 1 when start or stop failed or a second signal came */
export async function runUntilSignal(program: Program, options: RunOptions): Promise<number> {
  const { signals, clock, logger, stopTimeoutMs } = options;
  const first = anySignal(signals);
  try {
    await program.start();
  } catch (error) {
    logger.fatal({ err: error }, 'could not start');
    return 1;
  }
  const signal = await first;
  logger.info({ event: 'stopping', signal }, `${signal}: stopping`);
  const second = anySignal(signals).then((name) => {
    throw new Error(`${name} while stopping: ending at once`);
  });
  const startedMs = clock.monotonicMs();
  try {
    const stopped = withDeadline(program.stop(), { clock, timeoutMs: stopTimeoutMs, what: 'stop' });
    await Promise.race([stopped, second]);
    const tookMs = Math.round(clock.monotonicMs() - startedMs);
    logger.info({ event: 'stopped', tookMs, phasesMs: program.stopTookMs }, 'stopped');
    return 0;
  } catch (error) {
    logger.error({ err: error, phasesMs: program.stopTookMs }, 'did not stop cleanly');
    return 1;
  }
}

async function anySignal(signals: NodeJS.EventEmitter): Promise<string> {
  return await Promise.race(
    SIGNALS.map(async (name) => {
      await once(signals, name);
      return name;
    }),
  );
}
