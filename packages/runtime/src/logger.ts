/** Structured logs: one JSON object a line, with what every line of a daemon says and never says. */
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

export interface LoggerOptions {
  readonly service: 'gateway' | 'worker' | 'backup';
  readonly release: string;
  readonly environment: string;
  readonly level: string;
  /** Standard output unless given. */
  readonly destination?: DestinationStream;
}

/** Paths whose values are replaced, wherever a log line holds such an object. */
const SECRETS = [
  'password',
  'token',
  'ticket',
  'secret',
  'cookie',
  'authorization',
  'key',
  '*.password',
  '*.token',
  '*.ticket',
  '*.secret',
  '*.cookie',
  '*.authorization',
  '*.key',
  'req.headers.cookie',
  'req.headers.authorization',
  'req.headers["sec-websocket-protocol"]',
  'res.headers["set-cookie"]',
];

export function createLogger(options: LoggerOptions): Logger {
  const { service, release, environment, level, destination } = options;
  return pino(
    {
      level,
      base: { service, version: release, environment, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
