/** Where alerts of the whole dashboard are sent. Addresses and secrets leave this table to be used, not to be shown. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  AlertKind,
  type ChangeWebhook,
  type CreateWebhook,
  type Delivery,
  type Webhook,
  type WebhookFormat,
} from '@dashboard/protocol/alerts';
import { DashboardError } from '@dashboard/protocol/errors';
import { parseWebhookId, type WebhookId } from '@dashboard/protocol/ids';
import { WEBHOOKS_MAX } from '@dashboard/protocol/limits';
import type { Clock } from '@dashboard/runtime/clock';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { AuthDatabase } from '../auth/index.ts';
import { lastOf } from './last-delivery.ts';

/** With what is needed to send to it. */
export interface Hook {
  readonly webhook: Webhook;
  readonly url: URL;
  readonly secret: Uint8Array;
}

interface Row {
  readonly id: WebhookId;
  readonly label: string;
  readonly format: WebhookFormat;
  readonly url: string;
  readonly secret: Uint8Array;
  readonly kinds: string;
  readonly hides_names: 0 | 1;
  readonly is_on: 0 | 1;
  readonly created_at_ms: number;
  readonly last: string | null;
}

const SECRET_BYTES = 32;
const Kinds = Type.Array(AlertKind);

export class Webhooks {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Oldest first. */
  all(): Hook[] {
    return this.#database
      .prepare<[], Row>('SELECT * FROM webhooks ORDER BY created_at_ms, rowid')
      .all()
      .map(toHook);
  }

  /** @throws DashboardError not_found */
  get(id: WebhookId): Hook {
    const row = this.#database
      .prepare<[WebhookId], Row>('SELECT * FROM webhooks WHERE id = ?')
      .get(id);
    if (row === undefined) throw new DashboardError('not_found', 'There is no such webhook.');
    return toHook(row);
  }

  /** @throws DashboardError conflict with WEBHOOKS_MAX */
  add({ label, format, url, kinds, hidesNames }: CreateWebhook): Hook {
    return this.#database.transaction(() => {
      if (this.all().length >= WEBHOOKS_MAX) {
        throw new DashboardError('conflict', `There are ${WEBHOOKS_MAX} webhooks already.`);
      }
      const id = parseWebhookId(randomUUID());
      this.#database
        .prepare<[WebhookId, string, string, string, Uint8Array, string, number, number]>(
          `INSERT INTO webhooks
             (id, label, format, url, secret, kinds, hides_names, is_on, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)`,
        )
        .run(
          ...([id, label, format, url, randomBytes(SECRET_BYTES)] as const),
          ...([JSON.stringify(kinds), Number(hidesNames), this.#clock.nowMs()] as const),
        );
      return this.get(id);
    });
  }

  /** @throws DashboardError not_found */
  change(id: WebhookId, change: ChangeWebhook): Hook {
    return this.#database.transaction(() => {
      const { label, kinds, hidesNames, isOn } = { ...this.get(id).webhook, ...change };
      this.#database
        .prepare<[string, string, number, number, WebhookId]>(
          'UPDATE webhooks SET label = ?, kinds = ?, hides_names = ?, is_on = ? WHERE id = ?',
        )
        .run(label, JSON.stringify(kinds), Number(hidesNames), Number(isOn), id);
      return this.get(id);
    });
  }

  /** @throws DashboardError not_found */
  remove(id: WebhookId): Hook {
    return this.#database.transaction(() => {
      const hook = this.get(id);
      this.#database.prepare<[WebhookId]>('DELETE FROM webhooks WHERE id = ?').run(id);
      return hook;
    });
  }

  keepLast(id: WebhookId, last: Delivery): void {
    this.#database
      .prepare<[string, WebhookId]>('UPDATE webhooks SET last = ? WHERE id = ?')
      .run(JSON.stringify(last), id);
  }
}

function toHook(row: Row): Hook {
  const { id, label, format, secret, created_at_ms: createdAtMs } = row;
  const url = new URL(row.url);
  const kinds = Value.Parse(Kinds, JSON.parse(row.kinds));
  const [hidesNames, isOn] = [row.hides_names === 1, row.is_on === 1];
  const shown = { id, label, format, origin: url.origin, kinds, hidesNames, isOn, createdAtMs };
  return { webhook: { ...shown, last: lastOf(row.last) }, url, secret };
}
