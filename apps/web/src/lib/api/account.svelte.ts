/** Who is logged in at this tab, and what that person may do here. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { Credentials, Me, Setup } from '@dashboard/protocol/people';
import { hasRole } from '@dashboard/protocol/roles';
import type { Api } from './api.ts';

export class Account {
  /** Undefined while nobody is logged in. */
  me = $state.raw<Me>();
  readonly mayOperate = $derived(this.me !== undefined && hasRole(this.me.user.role, 'operator'));
  readonly isOwner = $derived(this.me !== undefined && hasRole(this.me.user.role, 'owner'));
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Finds out who the cookies stand for; `me` stays undefined when nobody.
   * @throws DashboardError when the dashboard cannot say
   */
  async load(): Promise<void> {
    try {
      this.me = await this.#api.call('me');
    } catch (error) {
      if (!(error instanceof DashboardError) || error.code !== 'unauthenticated') throw error;
      this.me = undefined;
    }
  }

  /** @throws DashboardError invalid_credentials, rate_limited */
  async login(body: Credentials): Promise<void> {
    this.me = await this.#api.call('login', { body });
  }

  /** By another way than name and password. */
  enter(me: Me): void {
    this.me = me;
  }

  /** @throws DashboardError invalid_setup_token, setup_done */
  async setUp(body: Setup): Promise<void> {
    this.me = await this.#api.call('setup', { body });
  }

  /** @throws DashboardError when the login could not be ended: it then still holds */
  async logout(): Promise<void> {
    await this.#api.call('logout');
    this.me = undefined;
  }

  forget(): void {
    this.me = undefined;
  }
}
