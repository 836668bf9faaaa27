/** Sums of tokens by type. */
import { TOKEN_TYPES, type Tokens } from '@dashboard/protocol/usage';

export const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function plus(one: Tokens, other: Tokens): Tokens {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
  };
}

export function minus(one: Tokens, other: Tokens): Tokens {
  return {
    input: one.input - other.input,
    output: one.output - other.output,
    cacheRead: one.cacheRead - other.cacheRead,
    cacheWrite: one.cacheWrite - other.cacheWrite,
  };
}

/** What `all` has more than `part`, type by type. */
export function beyond(all: Tokens, part: Tokens): Tokens {
  const { input, output, cacheRead, cacheWrite } = minus(all, part);
  return {
    input: Math.max(0, input),
    output: Math.max(0, output),
    cacheRead: Math.max(0, cacheRead),
    cacheWrite: Math.max(0, cacheWrite),
  };
}

export function totalOf(tokens: Tokens): number {
  return TOKEN_TYPES.reduce((sum, type) => sum + tokens[type], 0);
}
