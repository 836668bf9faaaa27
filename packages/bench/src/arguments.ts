/** What a person asks for on the command line. */
import { parseArgs } from 'node:util';

export interface Wish {
  readonly rows: readonly string[];
  readonly rounds: number;
  /** For each row. */
  readonly seconds: number;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
}

export const ROUNDS_DEFAULT = 5;
export const SECONDS_DEFAULT = 60;
const ROUNDS_MAX = 1_000;
const SECONDS_MAX = 3_600;

/** @throws Error in words for the person who typed it */
export function parseArguments(argv: readonly string[], known: readonly string[]): Wish {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: String(ROUNDS_DEFAULT) },
      seconds: { type: 'string', default: String(SECONDS_DEFAULT) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no row is called ${unknown.join(', ')}: there are ${known.join(', ')}`);
  }
  return {
    rows: positionals.length > 0 ? positionals : known,
    rounds: within('--rounds', values.rounds, ROUNDS_MAX),
    seconds: within('--seconds', values.seconds, SECONDS_MAX),
    isJson: values.json,
    wantsHelp: values.help,
  };
}

function within(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${name} is "${text}", and may be 1 to ${most}`);
}
