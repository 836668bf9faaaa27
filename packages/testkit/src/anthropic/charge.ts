/** What the fake endpoint charges: the numbers that a count of usage must arrive at, to the token. */

export interface Charge {
  readonly messageId: string;
  /** The response header `request-id`. */
  readonly requestId: string;
  readonly model: string;
  readonly prompt: string;
  readonly inputTokens: number;
  readonly cacheCreationTokens: number;
  readonly cacheReadTokens: number;
  /** What the client has been told so far: a message that it cut off is charged up to there. */
  readonly outputTokens: number;
}

export type Tokens = Pick<
  Charge,
  'inputTokens' | 'cacheCreationTokens' | 'cacheReadTokens' | 'outputTokens'
>;

const OUTPUT_AT_START = 1;

/**
 * Numbers that tell requests apart: each kind of token has digits of its own, and a request that is
 * counted twice, or not at all, shows in the sum.
 *
 * @param number of the request, from 1
 */
export function chargeAtStart(number: number): Tokens {
  return {
    inputTokens: 100 + number,
    cacheCreationTokens: 1_000 + 3 * number,
    cacheReadTokens: 10_000 + 7 * number,
    outputTokens: OUTPUT_AT_START,
  };
}

/** @param number of the request, from 1 */
export function outputAtEnd(number: number): number {
  return 20 + 11 * number;
}

export function sumOf(charges: readonly Tokens[]): Tokens {
  const sum = (kind: keyof Tokens): number =>
    charges.reduce((total, charge) => total + charge[kind], 0);
  return {
    inputTokens: sum('inputTokens'),
    cacheCreationTokens: sum('cacheCreationTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    outputTokens: sum('outputTokens'),
  };
}

/** As the Messages API writes it. */
export function usageOf(tokens: Tokens): Readonly<Record<string, unknown>> {
  return {
    input_tokens: tokens.inputTokens,
    cache_creation_input_tokens: tokens.cacheCreationTokens,
    cache_read_input_tokens: tokens.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: tokens.cacheCreationTokens,
      ephemeral_1h_input_tokens: 0,
    },
    output_tokens: tokens.outputTokens,
    service_tier: 'standard',
  };
}
