/** What a client and its API did, told to the book in pieces, again, and to workers that die between. */
import type { Tokens } from '@dashboard/protocol/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageLine } from '../usage/index.ts';
import { closing, message, openDesk, tokens, type Desk } from './usage-store.fixture.ts';

const MODELS = ['opus', 'haiku'] as const;
type Model = (typeof MODELS)[number];
const PRICE: Readonly<Record<Model, number>> = { opus: 0.01, haiku: 0.001 };

const Deed = fc.oneof(
  fc.record({
    what: fc.constant('answer' as const),
    model: fc.constantFrom(...MODELS),
    tokens: fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), fc.nat(1000), fc.nat(1000)),
    isTold: fc.boolean(),
  }),
  fc.record({
    what: fc.constant('compaction' as const),
    size: fc.integer({ min: 1, max: 500 }),
  }),
  fc.record({
    what: fc.constantFrom(...(['status', 'close', 'read', 'crash', 'restart'] as const)),
  }),
);
type Deed = typeof Deed extends fc.Arbitrary<infer T> ? T : never;

/** Claude Code and its transcript. */
class Client {
  readonly file: UsageLine[] = [];
  readonly #charged: Record<Model, Tokens> = { opus: tokens(), haiku: tokens() };

  charged(model: Model): Tokens {
    return this.#charged[model];
  }

  costOf(model: Model): number {
    const { input, output, cacheRead, cacheWrite } = this.#charged[model];
    return (input + output + cacheRead + cacheWrite) * PRICE[model];
  }

  async do(deed: Deed, desk: Desk): Promise<void> {
    switch (deed.what) {
      case 'answer':
        return this.#answer(deed);
      case 'compaction':
        return this.#charge('opus', tokens(deed.size, 1));
      case 'status':
        return desk.cost(this.costOf('opus') + this.costOf('haiku'));
      case 'close':
        return this.close();
      case 'read':
        return desk.read(this.file.slice(desk.offset));
      case 'restart':
        await desk.book.stop();
        return desk.restart();
      case 'crash':
        return desk.restart();
    }
  }

  close(): void {
    const models = MODELS.map((model) => [model, this.charged(model), this.costOf(model)] as const);
    this.file.push(closing(...models));
  }

  #answer({ model, tokens: counts, isTold }: Extract<Deed, { what: 'answer' }>): void {
    const whole = message(tokens(...counts), { model });
    const early = { ...whole, tokens: { ...whole.tokens, output: 1 } };
    this.file.push(early, ...(isTold ? [early] : []), whole);
    this.#charge(model, whole.tokens);
  }

  #charge(model: Model, more: Tokens): void {
    const { input, output, cacheRead, cacheWrite } = this.#charged[model];
    this.#charged[model] = tokens(
      input + more.input,
      output + more.output,
      cacheRead + more.cacheRead,
      cacheWrite + more.cacheWrite,
    );
  }
}

test('whatever is read when, and whoever dies between, all that was charged is counted once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Deed, { maxLength: 40 }), async (deeds) => {
      const desk = await openDesk();
      const client = new Client();
      for (const deed of deeds) await client.do(deed, desk);
      client.close();
      desk.read(client.file.slice(desk.offset));
      const found = new Map(desk.report('model').rows.map((row) => [row.key, row]));
      for (const model of MODELS) {
        expect(found.get(model)?.tokens ?? tokens()).toEqual(client.charged(model));
        expect(found.get(model)?.costUsd ?? 0).toBeCloseTo(client.costOf(model), 6);
      }
    }),
    { numRuns: 25 },
  );
});
