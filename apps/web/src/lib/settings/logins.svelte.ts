/** Where a person is logged in, and ending that: one's own logins, or those of somebody else for an owner. */
import type { LoginId, UserId } from '@dashboard/protocol/ids';
import type { LoginSummary } from '@dashboard/protocol/people';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export class LoginsOfPerson {
  logins = $state.raw<readonly LoginSummary[]>();
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
      this.logins = (await list).logins;
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

  async #ofPerson(id: UserId): Promise<{ logins: LoginSummary[] }> {
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
