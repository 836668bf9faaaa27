/** What the scripted agent's messages would have cost, kept in a file that a test can add up. */
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { chargeAtStart, outputAtEnd, sumOf, type Charge, type Tokens } from '../anthropic/index.ts';

export const CHARGES_FILE = 'scripted-charges.jsonl';

const MILLION = 1_000_000;
/** Dollars for a million tokens; any prices do, as long as they stay. */
const PRICES: Readonly<Record<keyof Tokens, number>> = {
  inputTokens: 5,
  cacheCreationTokens: 6.25,
  cacheReadTokens: 0.5,
  outputTokens: 25,
};

const Kept = Type.Object({
  modelUsage: Type.Record(
    Type.String(),
    Type.Object({
      inputTokens: Type.Number(),
      outputTokens: Type.Number(),
      cacheReadInputTokens: Type.Number(),
      cacheCreationInputTokens: Type.Number(),
    }),
  ),
});

export class Meter {
  readonly #file: string;
  readonly #mark = randomBytes(4).toString('hex');
  readonly #models = new Map<string, Tokens>();
  #last: Charge | undefined;
  #count = 0;

  constructor(configDirectory: string) {
    this.#file = join(configDirectory, CHARGES_FILE);
  }

  /** @param wasCutOff before the model had told how much it said */
  charge(model: string, prompt: string, wasCutOff = false): Charge {
    const number = ++this.#count;
    const id = `scripted${this.#mark}${String(number).padStart(6, '0')}`;
    const atStart = chargeAtStart(number);
    const outputTokens = wasCutOff ? atStart.outputTokens : outputAtEnd(number);
    const ids = { messageId: `msg_${id}`, requestId: `req_${id}` };
    const charge = { ...ids, model, prompt, ...atStart, outputTokens };
    this.#models.set(model, sumOf([this.#models.get(model) ?? sumOf([]), charge]));
    this.#last = charge;
    appendFileSync(this.#file, `${JSON.stringify(charge)}\n`);
    return charge;
  }

  /** Another conversation begins. */
  clear(): void {
    this.#models.clear();
    this.#last = undefined;
  }

  /** Goes on where the conversation was left. @param state what was kept of it, if anything was */
  restore(state: unknown): void {
    if (!Value.Check(Kept, state)) return;
    for (const [model, used] of Object.entries(state.modelUsage)) {
      this.#models.set(model, {
        inputTokens: used.inputTokens,
        cacheCreationTokens: used.cacheCreationInputTokens,
        cacheReadTokens: used.cacheReadInputTokens,
        outputTokens: used.outputTokens,
      });
    }
  }

  get last(): Charge | undefined {
    return this.#last;
  }

  get dollars(): number {
    return [...this.#models.values()].reduce((sum, tokens) => sum + priceOf(tokens), 0);
  }

  /** As a transcript keeps it. */
  get modelUsage(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      [...this.#models].map(([model, tokens]) => [
        model,
        {
          inputTokens: tokens.inputTokens,
          outputTokens: tokens.outputTokens,
          thinkingTokens: 0,
          cacheReadInputTokens: tokens.cacheReadTokens,
          cacheCreationInputTokens: tokens.cacheCreationTokens,
          webSearchRequests: 0,
          costUSD: priceOf(tokens),
        },
      ]),
    );
  }
}

function priceOf(tokens: Tokens): number {
  const { inputTokens, cacheCreationTokens, cacheReadTokens, outputTokens } = tokens;
  return (
    (inputTokens * PRICES.inputTokens +
      cacheCreationTokens * PRICES.cacheCreationTokens +
      cacheReadTokens * PRICES.cacheReadTokens +
      outputTokens * PRICES.outputTokens) /
    MILLION
  );
}
