/** Structured logs: one JSON object a line, with what every line of a daemon says and never says. */
import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { lineWithoutSecrets, withoutSecrets } from './redaction.ts';

export type { DestinationStream, Logger };

export interface LoggerOptions {
  readonly service: 'gateway' | 'worker' | 'backup' | 'secrets';
  readonly release: string;
  readonly environment: string;
  readonly level: string;
  /** Standard output unless given. */
  readonly destination?: DestinationStream | undefined;
}

export function createLogger(options: LoggerOptions): Logger {
  const { service, release, environment, level, destination } = options;
  return pino(
    {
      level,
      base: { service, version: release, environment, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      // After the formatters, and with what the error carries besides its message.
      serializers: { err: (error: Error) => withoutSecrets({ ...stdSerializers.err(error) }) },
      hooks: { streamWrite: lineWithoutSecrets },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
