/**
 * The keys that sign, by id. The newest signs, all verify, so that a rotation interrupts nobody.
 * Each purpose has a key of its own, derived from the master key: a token made for one thing is
 * worth nothing for another.
 */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { invariant } from '@dashboard/protocol/invariant';
import type { MasterKey } from './master-keys.ts';

export type KeyPurpose = 'access-token' | 'audit' | 'second-factor' | 'ticket';

export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}

const KEY_BYTES = 32;

export class Keyring {
  #masters: readonly MasterKey[];
  readonly #derived = new Map<string, KeyObject>();
  readonly #listeners = new Set<() => void>();

  /** @param masters newest first, at least one */
  constructor(masters: readonly MasterKey[]) {
    this.#masters = masters;
  }

  /** Tokens of keys that are not among `masters` stop being valid at once. */
  replace(masters: readonly MasterKey[]): void {
    this.#masters = masters;
    this.#derived.clear();
    for (const listener of this.#listeners) listener();
  }

  /** For whoever keeps something that is sealed with these keys. @returns stops it */
  onReplaced(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  newest(purpose: KeyPurpose): SigningKey {
    const [master] = this.#masters;
    invariant(master !== undefined, 'tokens would be signed with nothing');
    return { kid: master.kid, key: this.#derive(master, purpose) };
  }

  find(purpose: KeyPurpose, kid: string): KeyObject | undefined {
    const master = this.#masters.find((each) => each.kid === kid);
    return master && this.#derive(master, purpose);
  }

  get kids(): readonly string[] {
    return this.#masters.map(({ kid }) => kid);
  }

  #derive({ kid, bytes }: MasterKey, purpose: KeyPurpose): KeyObject {
    const name = `${purpose} ${kid}`;
    const known = this.#derived.get(name);
    if (known !== undefined) return known;
    const okm = hkdfSync('sha256', bytes, Buffer.alloc(0), `dashboard ${purpose}`, KEY_BYTES);
    const key = createSecretKey(Buffer.from(okm));
    this.#derived.set(name, key);
    return key;
  }
}
