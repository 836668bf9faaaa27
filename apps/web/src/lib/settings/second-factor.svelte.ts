/** The second factor of who is logged in, and what that person is about to do with it. */
import type { OfferedFactor, Security } from '@dashboard/protocol/people';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export type FactorWish = 'on' | 'codes' | 'off';

export class SecondFactor {
  security = $state.raw<Security>();
  failure = $state.raw<Failure>();
  wish = $state<FactorWish>('on');
  /** What the app is to be given, until its first code has come. */
  offer = $state.raw<OfferedFactor>();
  /** Shown once. */
  recoveryCodes = $state.raw<readonly string[]>();
  isBusy = $state(false);
  /** The wish is fulfilled, and there is nothing more to show. */
  isOver = $state(false);
  readonly nextWords = $derived.by(() => {
    if (this.recoveryCodes !== undefined) return 'I have kept them';
    if (this.offer !== undefined) return 'Turn on';
    return { on: 'Continue', codes: 'Make new codes', off: 'Turn off' }[this.wish];
  });
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    await this.#tried(async () => {
      this.security = await this.#api.call('security');
    });
  }

  begin(wish: FactorWish): void {
    this.forget();
    this.wish = wish;
  }

  /** The page holds secrets no longer than they are looked at. */
  forget(): void {
    this.offer = undefined;
    this.recoveryCodes = undefined;
    this.failure = undefined;
    this.isOver = false;
  }

  async prove(password: string): Promise<void> {
    const body = { password };
    await this.#tried(async () => {
      if (this.wish === 'on') {
        this.offer = await this.#api.call('offerFactor', { body });
      } else if (this.wish === 'codes') {
        this.recoveryCodes = (await this.#api.call('renewRecoveryCodes', { body })).recoveryCodes;
      } else {
        await this.#api.call('turnFactorOff', { body });
        this.isOver = true;
      }
    });
  }

  async confirm(code: string): Promise<void> {
    await this.#tried(async () => {
      const body = { code: code.replaceAll(/\s/g, '') };
      this.recoveryCodes = (await this.#api.call('confirmFactor', { body })).recoveryCodes;
    });
  }

  async #tried(act: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    try {
      await act();
      this.failure = undefined;
    } catch (error) {
      this.failure = failureOf(error);
    } finally {
      this.isBusy = false;
    }
  }
}
