/** Everybody who may log in, as an owner sees and changes them. */
import type { UserId } from '@dashboard/protocol/ids';
import type { CreateUser, User } from '@dashboard/protocol/people';
import type { Role } from '@dashboard/protocol/roles';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export class People {
  users = $state.raw<readonly User[]>([]);
  failure = $state.raw<Failure>();
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    await this.#tried(async () => {
      this.users = (await this.#api.call('listUsers')).users;
    });
  }

  /** @throws DashboardError: shown in the form that asked */
  async add(body: CreateUser): Promise<void> {
    this.users = [...this.users, await this.#api.call('createUser', { body })];
  }

  async changeRole(id: UserId, role: Role): Promise<void> {
    await this.#tried(async () => {
      const changed = await this.#api.call('changeUser', { params: { id }, body: { role } });
      this.users = this.users.map((user) => (user.id === id ? changed : user));
    });
  }

  async remove(id: UserId): Promise<void> {
    await this.#tried(async () => {
      await this.#api.call('removeUser', { params: { id } });
      this.users = this.users.filter((user) => user.id !== id);
    });
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
