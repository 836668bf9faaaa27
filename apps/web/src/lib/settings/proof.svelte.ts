/** Asks a person once more who they are, while a call waits for it. */
import type { Api } from '../api/api.ts';
import { passkeyAnswer } from './passkeys.svelte.ts';

export class Proof {
  isAsking = $state(false);
  readonly #api: Api;
  #waiting: Promise<boolean> | undefined;
  #settle: (isProven: boolean) => void = () => undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Calls that wait at the same time wait for the same answer. @returns whether it was given */
  ask(): Promise<boolean> {
    this.isAsking = true;
    this.#waiting ??= new Promise<boolean>((resolve) => {
      this.#settle = resolve;
    });
    return this.#waiting;
  }

  /** @throws DashboardError wrong_proof, rate_limited */
  async withPassword(password: string): Promise<void> {
    await this.#api.call('prove', { body: { password } });
    this.end(true);
  }

  /** @throws DashboardError wrong_proof */
  async withPasskey(): Promise<void> {
    await this.#api.call('proveWithPasskey', { body: await passkeyAnswer(this.#api) });
    this.end(true);
  }

  end(isProven: boolean): void {
    this.isAsking = false;
    this.#waiting = undefined;
    this.#settle(isProven);
  }
}
