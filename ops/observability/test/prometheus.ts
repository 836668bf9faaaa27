/** Asks a Prometheus what it has. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const Sample = Type.Object({
  metric: Type.Record(Type.String(), Type.String()),
  value: Type.Tuple([Type.Number(), Type.String()]),
});
export type Sample = Static<typeof Sample>;

const Answer = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({ result: Type.Array(Sample) }),
});

export class Prometheus {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.#url}/-/ready`).catch(() => undefined);
    return answer?.ok === true;
  }

  /** @throws Error in Prometheus' words when it is no expression */
  async query(expr: string): Promise<readonly Sample[]> {
    const answer = await fetch(`${this.#url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expr }),
    });
    const body: unknown = await answer.json();
    if (!Value.Check(Answer, body)) throw new Error(`${expr}: ${JSON.stringify(body)}`);
    return body.data.result;
  }
}
