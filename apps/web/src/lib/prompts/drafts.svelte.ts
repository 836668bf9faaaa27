/** What a person has begun to write to each agent, kept in this browser until it is sent. */
import { PROMPT_BYTES_MAX } from '@dashboard/protocol/limits';
import { Type } from 'typebox';
import { Remembered, type Shelf } from '../ui/remembered.svelte.ts';

/** Sessions whose drafts are kept; the one that was written to longest ago is forgotten. */
const DRAFTS_MAX = 20;

const Kept = Type.Array(
  Type.Object({ session: Type.String(), text: Type.String({ maxLength: 4 * PROMPT_BYTES_MAX }) }),
  { maxItems: DRAFTS_MAX },
);

export class Draft {
  readonly #kept: Remembered<typeof Kept>;
  readonly #session: string;

  constructor(shelf: Shelf, session: string) {
    this.#kept = new Remembered({ shelf, key: 'dashboard.drafts', schema: Kept, otherwise: [] });
    this.#session = session;
  }

  get text(): string {
    return this.#kept.value.find(({ session }) => session === this.#session)?.text ?? '';
  }

  set text(text: string) {
    const others = this.#kept.value.filter(({ session }) => session !== this.#session);
    const own = text === '' ? [] : [{ session: this.#session, text }];
    this.#kept.value = [...own, ...others].slice(0, DRAFTS_MAX);
  }

  /** Behind what is there, with a blank between. */
  append(words: string): void {
    const { text } = this;
    this.text = text === '' || /\s$/.test(text) ? `${text}${words} ` : `${text} ${words} `;
  }
}
