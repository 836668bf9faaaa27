/** The process: environment in, exit code out. The only file of the gateway that reads either. */
import { systemClock } from '@dashboard/runtime/clock';
import { ConfigurationError, EXIT_BAD_CONFIGURATION } from '@dashboard/runtime/config';
import { createLogger } from '@dashboard/runtime/logger';
import { logDestination } from '@dashboard/runtime/pretty-log';
import { runUntilSignal } from '@dashboard/runtime/run-until-signal';
import { parseGatewayConfig, type GatewayConfig } from './config.ts';
import { createGateway } from './gateway.ts';
import { STOP_TIMEOUT_MS } from './limits.ts';

const config = readConfig();
// Read once; whoever dumps the environment later finds nothing.
delete process.env['JWT_SECRET'];
const { environment, release, logLevel } = config;
const logger = createLogger({
  ...{ service: 'gateway', release, environment, level: logLevel },
  destination: await logDestination({ environment, isTerminal: process.stdout.isTTY }),
});
process.exitCode = await runUntilSignal(createGateway(config, { clock: systemClock, logger }), {
  signals: process,
  clock: systemClock,
  logger,
  stopTimeoutMs: STOP_TIMEOUT_MS,
});
process.exit();

function readConfig(): GatewayConfig {
  try {
    return parseGatewayConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems) console.error(`gateway: ${problem}`);
    return process.exit(EXIT_BAD_CONFIGURATION);
  }
}
