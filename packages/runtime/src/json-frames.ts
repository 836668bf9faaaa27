/** JSON in frames: written as UTF-8, read back only as what a schema says it is. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();
const PROBLEMS_MAX = 3;

export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/**
 * Makes a parser once, for many frames.
 * @returns a function that throws DashboardError invalid_request with what is wrong, and where
 */
export function jsonFrameParser<T extends TSchema>(
  what: string,
  schema: T,
): (frame: Uint8Array) => Static<T> {
  const parse = valueParser(what, schema);
  return (frame) => parse(toValue(what, frame));
}

/** The same for a value that has been parsed from JSON already. */
export function valueParser<T extends TSchema>(
  what: string,
  schema: T,
): (value: unknown) => Static<T> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return value;
    const problems = [...validator.Errors(value)]
      .slice(0, PROBLEMS_MAX)
      .map((error) => `${error.instancePath} ${error.message}`.trim());
    throw new DashboardError('invalid_request', `not a ${what}: ${problems.join('; ')}`);
  };
}

function toValue(what: string, frame: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(frame)) as unknown;
  } catch (cause) {
    throw new DashboardError('invalid_request', `not a ${what}: it is not JSON`, { cause });
  }
}
