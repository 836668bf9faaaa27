/** Where alerts of the whole dashboard are sent, as an owner sees and changes it. */
import type { ChangeWebhook, CreateWebhook, Webhook } from '@dashboard/protocol/alerts';
import type { WebhookId } from '@dashboard/protocol/ids';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export class Webhooks {
  all = $state.raw<readonly Webhook[]>([]);
  failure = $state.raw<Failure>();
  testing = $state.raw<WebhookId>();
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    await this.#tried(async () => {
      this.all = (await this.#api.call('listWebhooks')).webhooks;
    });
  }

  /** @returns the secret that signs, told this once @throws DashboardError: shown in the form */
  async add(body: CreateWebhook): Promise<string> {
    const { webhook, secret } = await this.#api.call('createWebhook', { body });
    this.all = [...this.all, webhook];
    return secret;
  }

  async change(id: WebhookId, body: ChangeWebhook): Promise<void> {
    await this.#tried(async () => {
      this.#put(await this.#api.call('changeWebhook', { params: { id }, body }));
    });
  }

  async test(id: WebhookId): Promise<void> {
    this.testing = id;
    await this.#tried(async () => {
      this.#put(await this.#api.call('testWebhook', { params: { id } }));
    });
    this.testing = undefined;
  }

  async remove(id: WebhookId): Promise<void> {
    await this.#tried(async () => {
      await this.#api.call('removeWebhook', { params: { id } });
      this.all = this.all.filter((webhook) => webhook.id !== id);
    });
  }

  #put(changed: Webhook): void {
    this.all = this.all.map((webhook) => (webhook.id === changed.id ? changed : webhook));
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
