/** The process: environment in, exit code out. The only file of the worker that reads either. */
import { systemClock } from '@dashboard/runtime/clock';
import { ConfigurationError, EXIT_BAD_CONFIGURATION } from '@dashboard/runtime/config';
import { createLogger } from '@dashboard/runtime/logger';
import { logDestination } from '@dashboard/runtime/pretty-log';
import { runUntilSignal } from '@dashboard/runtime/run-until-signal';
import { parseWorkerConfig, type WorkerConfig } from './config.ts';
import { ProjectRoots } from './project/index.ts';
import { createWorker } from './worker.ts';

/** Past this after the first signal the process ends with whatever is still open. */
const STOP_TIMEOUT_MS = 15_000;

const { config, roots } = await readConfig();
const { environment, release, logLevel } = config;
const logger = createLogger({
  ...{ service: 'worker', release, environment, level: logLevel },
  destination: await logDestination({ environment, isTerminal: process.stdout.isTTY }),
});
const worker = createWorker(config, {
  clock: systemClock,
  logger,
  environment: { ...process.env },
  roots,
});
process.exitCode = await runUntilSignal(worker, {
  signals: process,
  clock: systemClock,
  logger,
  stopTimeoutMs: STOP_TIMEOUT_MS,
});
process.exit();

async function readConfig(): Promise<{ config: WorkerConfig; roots: ProjectRoots }> {
  try {
    const parsed = parseWorkerConfig(process.env);
    return { config: parsed, roots: await ProjectRoots.find(parsed.projectRoots) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems) console.error(`worker: ${problem}`);
    return process.exit(EXIT_BAD_CONFIGURATION);
  }
}
