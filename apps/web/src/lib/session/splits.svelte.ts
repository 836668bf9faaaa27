/** Which sessions stand beside each other on the page, and which of them is used. This browser remembers it. */
import { SessionIdSchema, type SessionId } from '@dashboard/protocol/ids';
import { Type } from 'typebox';
import { Remembered, type Shelf } from '../ui/remembered.svelte.ts';

/**
 * Sessions that are shown at once; who wants another closes one first. Each draws with a WebGL context
 * of its own, of which browsers take the oldest away from eight on: half of that is left to other tabs.
 */
export const SPLITS_MAX = 4;

const Kept = Type.Object({
  ids: Type.Array(SessionIdSchema, { maxItems: SPLITS_MAX }),
  used: Type.Integer({ minimum: 0, maximum: SPLITS_MAX - 1 }),
});

type Exists = (id: SessionId) => boolean;

export class Splits {
  readonly #kept: Remembered<typeof Kept>;

  constructor(shelf: Shelf) {
    this.#kept = new Remembered({
      shelf,
      key: 'dashboard.splits',
      schema: Kept,
      otherwise: { ids: [], used: 0 },
    });
  }

  get mayAdd(): boolean {
    return this.#kept.value.ids.length < SPLITS_MAX;
  }

  /** What is shown when `id` is used: it takes the place of the one that was, unless it is there. */
  around(id: SessionId, exists: Exists): readonly SessionId[] {
    const { ids, used } = this.#kept.value;
    const replaced = ids[Math.min(used, ids.length - 1)];
    const others = ids.includes(id) ? ids : ids.map((one) => (one === replaced ? id : one));
    return others.length === 0 ? [id] : others.filter((one) => one === id || exists(one));
  }

  /** @param exists what is gone is forgotten */
  use(id: SessionId, exists: Exists): void {
    const ids = [...this.around(id, exists)];
    this.#kept.value = { ids, used: ids.indexOf(id) };
  }

  /** Puts it behind the one that is used, and uses it. */
  add(id: SessionId): void {
    const { ids, used } = this.#kept.value;
    if (ids.includes(id) || !this.mayAdd) return;
    this.#kept.value = {
      ids: ids.toSpliced(used + 1, 0, id),
      used: Math.min(used + 1, ids.length),
    };
  }

  /** @returns the one to use now; undefined: it was the last */
  close(id: SessionId): SessionId | undefined {
    const { ids, used } = this.#kept.value;
    const left = ids.filter((one) => one !== id);
    const before = ids.indexOf(id) < used ? used - 1 : used;
    const next = Math.max(0, Math.min(before, left.length - 1));
    this.#kept.value = { ids: left, used: next };
    return left[next];
  }

  /** The one behind it, and behind the last the first; undefined: it stands alone. */
  after(id: string): SessionId | undefined {
    const { ids } = this.#kept.value;
    const at = ids.findIndex((one) => one === id);
    return ids.length < 2 || at < 0 ? undefined : ids[(at + 1) % ids.length];
  }
}
