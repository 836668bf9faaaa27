/** Browsers that get Web Push. Each is tied to the login it was added with, and silent once that is over. */
import { randomUUID } from 'node:crypto';
import type { AddDevice, Delivery, Device } from '@dashboard/protocol/alerts';
import { DashboardError } from '@dashboard/protocol/errors';
import { parseDeviceId, type DeviceId, type LoginId, type UserId } from '@dashboard/protocol/ids';
import { DEVICES_PER_USER_MAX } from '@dashboard/protocol/limits';
import type { Clock } from '@dashboard/runtime/clock';
import type { AuthDatabase } from '../auth/index.ts';
import { lastOf } from './last-delivery.ts';

/** With what is needed to send to it. */
export interface Subscription {
  readonly device: Device;
  readonly endpoint: string;
  readonly keys: AddDevice['keys'];
}

interface Row {
  readonly id: DeviceId;
  readonly label: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly created_at_ms: number;
  readonly last: string | null;
}

/** The login decides, as everywhere. */
const LIVE_OF_USER = `
  SELECT devices.* FROM devices JOIN logins ON logins.id = devices.login_id
  WHERE logins.user_id = ? AND logins.revoked_at_ms IS NULL AND logins.expires_at_ms > ?
  ORDER BY devices.created_at_ms, devices.rowid`;

export class Devices {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Oldest first. */
  of(userId: UserId): Subscription[] {
    return this.#database
      .prepare<[UserId, number], Row>(LIVE_OF_USER)
      .all(userId, this.#clock.nowMs())
      .map(toSubscription);
  }

  /** @throws DashboardError not_found, also for somebody else's */
  get(userId: UserId, id: DeviceId): Subscription {
    const found = this.of(userId).find(({ device }) => device.id === id);
    if (found === undefined) throw new DashboardError('not_found', 'There is no such device.');
    return found;
  }

  /** The same endpoint again is the same device, now of this login; the oldest makes room. */
  add(by: { userId: UserId; loginId: LoginId }, { label, endpoint, keys }: AddDevice): Device {
    return this.#database.transaction(() => {
      this.#database
        .prepare<[DeviceId, LoginId, string, string, string, string, number]>(
          `INSERT INTO devices (id, login_id, label, endpoint, p256dh, auth, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (endpoint) DO UPDATE SET login_id = excluded.login_id,
             label = excluded.label, p256dh = excluded.p256dh, auth = excluded.auth`,
        )
        .run(
          ...([parseDeviceId(randomUUID()), by.loginId, label] as const),
          ...([endpoint, keys.p256dh, keys.auth, this.#clock.nowMs()] as const),
        );
      const own = this.of(by.userId);
      const added = own.find((each) => each.endpoint === endpoint);
      if (added === undefined) throw new DashboardError('unauthenticated', 'This login is over.');
      const others = own.filter((each) => each !== added);
      for (const { device } of others.slice(0, -(DEVICES_PER_USER_MAX - 1))) this.remove(device.id);
      return added.device;
    });
  }

  remove(id: DeviceId): void {
    this.#database.prepare<[DeviceId]>('DELETE FROM devices WHERE id = ?').run(id);
  }

  removeOfLogin(id: LoginId): void {
    this.#database.prepare<[LoginId]>('DELETE FROM devices WHERE login_id = ?').run(id);
  }

  keepLast(id: DeviceId, last: Delivery): void {
    this.#database
      .prepare<[string, DeviceId]>('UPDATE devices SET last = ? WHERE id = ?')
      .run(JSON.stringify(last), id);
  }
}

function toSubscription(row: Row): Subscription {
  const { id, label, endpoint, p256dh, auth, created_at_ms: createdAtMs, last } = row;
  const carrier = new URL(endpoint).host;
  return {
    device: { id, label, carrier, createdAtMs, last: lastOf(last) },
    endpoint,
    keys: { p256dh, auth },
  };
}
