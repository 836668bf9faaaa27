/** What is shown of usage: a range, the same figures by time and by one more thing, asked for anew now and then. */
import type { UsageReport } from '@dashboard/protocol/usage';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import { customRange, keysIn, rangeOf, type Range, type RangeName } from './range.ts';

export type Listed = 'project' | 'session' | 'model';

export class Usage {
  name = $state<RangeName>('7d');
  listed = $state<Listed>('project');
  /** Of a custom range, as its fields hold them. */
  from = $state('');
  to = $state('');
  byTime = $state.raw<UsageReport>();
  list = $state.raw<UsageReport>();
  failure = $state.raw<Failure>();
  range = $state.raw<Range>();
  readonly keys = $derived(this.range === undefined ? [] : keysIn(this.range));

  readonly #api: Api;
  readonly #nowMs: () => number;
  #asked = 0;

  constructor(api: Api, nowMs: () => number) {
    this.#api = api;
    this.#nowMs = nowMs;
  }

  /** Of several looks the last that was asked for counts. */
  async look(): Promise<void> {
    const asked = ++this.#asked;
    const { name, listed } = this;
    const range =
      name === 'custom' ? customRange(this.from, this.to) : rangeOf(name, this.#nowMs());
    if (range === undefined) return;
    const query = {
      from: String(range.fromMs),
      to: String(range.toMs),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
    try {
      const [byTime, list] = await Promise.all([
        this.#api.call('usage', { query: { ...query, group: range.cut } }),
        this.#api.call('usage', { query: { ...query, group: listed } }),
      ]);
      if (asked !== this.#asked) return;
      this.failure = undefined;
      this.range = range;
      this.byTime = byTime;
      this.list = list;
    } catch (error) {
      if (asked === this.#asked) this.failure = failureOf(error);
    }
  }
}
