/** Where a person is logged in, and ending that: one's own logins, or those of somebody else for an owner. */
import type { LoginId, UserId } from '@dashboard/protocol/ids';
import type { LoginList, LoginSummary } from '@dashboard/protocol/people';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export class LoginsOfPerson {
  logins = $state.raw<readonly LoginSummary[]>();
  /** Of the person. */
  hasSecondFactor = $state(false);
  failure = $state.raw<Failure>();
  readonly hasOthers = $derived((this.logins ?? []).some(({ isCurrent }) => !isCurrent));
  readonly #api: Api;
  readonly #userId: UserId | undefined;

  /** @param userId undefined: one's own */
  constructor(api: Api, userId?: UserId) {
    this.#api = api;
    this.#userId = userId;
  }

  async load(): Promise<void> {
    await this.#tried(async () => {
      const id = this.#userId;
      const list = id === undefined ? this.#api.call('listLogins') : this.#ofPerson(id);
      const { logins, hasSecondFactor } = await list;
      [this.logins, this.hasSecondFactor] = [logins, hasSecondFactor];
    });
  }

  async end(id: LoginId): Promise<void> {
    await this.#tried(async () => {
      await this.#api.call('endLogin', { params: { id } });
      this.logins = this.logins?.filter((login) => login.id !== id);
    });
  }

  /** @throws DashboardError: shown in the dialog that asked */
  async endOthers(): Promise<void> {
    await this.#api.call('endOtherLogins');
    await this.load();
  }

  /** Of somebody who has lost it; ends all their logins. */
  async removeFactor(id: UserId): Promise<void> {
    await this.#tried(async () => {
      await this.#api.call('removeFactor', { params: { id } });
      [this.logins, this.hasSecondFactor] = [[], false];
    });
  }

  async #ofPerson(id: UserId): Promise<LoginList> {
    return await this.#api.call('userLogins', { params: { id } });
  }

  async #tried(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.failure = undefined;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }
}
