/** Where lines go: as colourful text to a developer at a terminal, as JSON everywhere else. */
import type { DestinationStream } from './logger.ts';
import { escaped } from './redaction.ts';

export interface LogPlace {
  readonly environment: string;
  readonly isTerminal: boolean;
}

/** Undefined: as JSON to standard output. pino-pretty is loaded for a developer and nobody else. */
export async function logDestination(place: LogPlace): Promise<DestinationStream | undefined> {
  if (place.environment !== 'development' || !place.isTerminal) return undefined;
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    sync: true,
    ignore: 'pid,service,version,environment',
    messageFormat: (line, name) => {
      const message: unknown = line[name];
      return typeof message === 'string' ? inert(message) : '';
    },
  });
}

/** Parsed from JSON, a message has its control characters back, and this one goes to a terminal. */
function inert(text: string): string {
  return text.replace(/\p{Cc}/gu, escaped);
}
