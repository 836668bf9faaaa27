/** What the scripted agent's messages would have cost, kept in a file that a test can add up. */
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
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

export class Meter {
  readonly #file: string;
  readonly #mark = randomBytes(4).toString('hex');
  readonly #charges: Charge[] = [];
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
    this.#charges.push(charge);
    appendFileSync(this.#file, `${JSON.stringify(charge)}\n`);
    return charge;
  }

  get last(): Charge | undefined {
    return this.#charges.at(-1);
  }

  get total(): Tokens {
    return sumOf(this.#charges);
  }

  get dollars(): number {
    const { inputTokens, cacheCreationTokens, cacheReadTokens, outputTokens } = this.total;
    return (
      (inputTokens * PRICES.inputTokens +
        cacheCreationTokens * PRICES.cacheCreationTokens +
        cacheReadTokens * PRICES.cacheReadTokens +
        outputTokens * PRICES.outputTokens) /
      MILLION
    );
  }
}
