/** Invitations that are open, as an owner makes them and takes them back. */
import type { InvitationId } from '@dashboard/protocol/ids';
import type { Invitation } from '@dashboard/protocol/invitations';
import type { Role } from '@dashboard/protocol/roles';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export class OpenInvitations {
  invitations = $state.raw<readonly Invitation[]>([]);
  failure = $state.raw<Failure>();
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    await this.#tried(async () => {
      this.invitations = (await this.#api.call('listInvitations')).invitations;
    });
  }

  /** @returns the token, shown once @throws DashboardError: shown in the form that asked */
  async make(role: Role): Promise<string> {
    const { invitation, token } = await this.#api.call('createInvitation', { body: { role } });
    this.invitations = [...this.invitations, invitation];
    return token;
  }

  async revoke(id: InvitationId): Promise<void> {
    await this.#tried(async () => {
      await this.#api.call('revokeInvitation', { params: { id } });
      this.invitations = this.invitations.filter((invitation) => invitation.id !== id);
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
