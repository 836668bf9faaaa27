/** Titles and bells at a pace that a person can take in: the first at once, then the newest. */
import type { Clock } from '@dashboard/runtime/clock';
import { NOTICE_INTERVAL_MS } from './limits.ts';

export class Notices {
  readonly #clock: Clock;
  readonly #tell: { title(title: string): void; bell(): void };
  #title: string | undefined;
  #told = '';
  #hasRung = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, tell: { title(title: string): void; bell(): void }) {
    this.#clock = clock;
    this.#tell = tell;
  }

  title(title: string): void {
    this.#title = title;
    this.#ask();
  }

  bell(): void {
    this.#hasRung = true;
    this.#ask();
  }

  dispose(): void {
    this.#cancel?.();
  }

  #ask(): void {
    if (this.#cancel === undefined) this.#flush();
  }

  #flush(): void {
    this.#cancel = undefined;
    const title = this.#title;
    const isNew = title !== undefined && title !== this.#told;
    if (!isNew && !this.#hasRung) return;
    if (isNew) this.#tell.title((this.#told = title));
    if (this.#hasRung) this.#tell.bell();
    this.#title = undefined;
    this.#hasRung = false;
    this.#cancel = this.#clock.after(NOTICE_INTERVAL_MS, () => this.#flush());
  }
}
