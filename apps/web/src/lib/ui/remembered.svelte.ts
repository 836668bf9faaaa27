/**
 * A value that this browser remembers. What is stored is checked, since another release may have
 * written it; where storage is denied it lives as long as the page.
 */
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

interface Options<Schema extends TSchema> {
  readonly shelf: Shelf;
  readonly key: string;
  readonly schema: Schema;
  readonly otherwise: Static<Schema>;
}

export class Remembered<Schema extends TSchema> {
  #value = $state.raw<Static<Schema>>();
  readonly #options: Options<Schema>;

  constructor(options: Options<Schema>) {
    this.#options = options;
    this.#value = this.#read();
  }

  get value(): Static<Schema> {
    return this.#value ?? this.#options.otherwise;
  }

  set value(value: Static<Schema>) {
    this.#value = value;
    try {
      this.#options.shelf.setItem(this.#options.key, JSON.stringify(value));
    } catch {
      // Storage is full or denied: the value still holds for this page.
    }
  }

  #read(): Static<Schema> | undefined {
    try {
      const stored: unknown = JSON.parse(this.#options.shelf.getItem(this.#options.key) ?? 'null');
      return Value.Check(this.#options.schema, stored) ? stored : undefined;
    } catch {
      return undefined;
    }
  }
}
