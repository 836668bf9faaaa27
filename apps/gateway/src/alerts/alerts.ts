/** Tells people what they want to know where they want to know it. Puts the parts of this folder together. */
import { dirname, join } from 'node:path';
import type {
  AddDevice,
  Alert,
  Alerts as OwnAlerts,
  Device,
  Webhook,
} from '@dashboard/protocol/alerts';
import { DashboardError } from '@dashboard/protocol/errors';
import type { WorkerEvent } from '@dashboard/protocol/events';
import { invariant } from '@dashboard/protocol/invariant';
import type { LoginId, UserId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { isStorageFailure, type AuthDatabase, type Revocation } from '../auth/index.ts';
import { silenceOf, type Silence } from './decide.ts';
import { Devices, type Subscription } from './devices.ts';
import type { Occasion } from './occasion.ts';
import { post, problemOf, type Answer, type Outgoing, type Reach } from './outgoing.ts';
import { Outbox, type Parcel } from './outbox.ts';
import { Present } from './present.ts';
import { pushMessage, requireUsable, type PushSender } from './push-message.ts';
import { Told } from './told.ts';
import { openVapidKeys, type VapidKeys } from './vapid-keys.ts';
import { AlertWatch } from './watch.ts';
import { webhookMessage } from './webhook-message.ts';
import { Webhooks, type Hook } from './webhooks.ts';
import { Wishes, type Wish } from './wishes.ts';
import { alertOf, testAlert } from './words.ts';

export type Channel = 'push' | 'webhook';

/** Counts; the metrics are somebody else's. */
export interface AlertObserver {
  occasion(kind: Occasion['kind']): void;
  told(outcome: 'told' | Silence): void;
  delivery(channel: Channel, outcome: 'delivered' | 'failed'): void;
  dropped(): void;
}

export interface AlertsOptions {
  readonly database: AuthDatabase;
  readonly config: Reach & { readonly databasePath: string; readonly contact: string | undefined };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: AlertObserver;
  /** To the open pages of one person. */
  readonly toPages: (alert: Alert, to: UserId) => void;
  /** Where people open the page. */
  readonly pageUrl: () => string;
  /** For tests that have no network. */
  readonly post?: (outgoing: Outgoing) => Promise<Answer>;
}

const KEYS_FILE = 'push-keys.json';
/** A push service wants to know whom to write to; one that insists on a real one is told by PUSH_CONTACT. */
const NO_CONTACT = 'mailto:nobody@example.com';
const GONE = new Set([404, 410]);

export class Alerts implements Part {
  readonly name = 'alerts';
  readonly wishes: Wishes;
  readonly devices: Devices;
  readonly webhooks: Webhooks;
  readonly present: Present;
  readonly #options: AlertsOptions;
  readonly #watch: AlertWatch;
  readonly #outbox: Outbox;
  readonly #told: Told;
  #keys: VapidKeys | undefined;
  /** Told while a list is on its way: newer than what it will say. */
  #meanwhile: WorkerEvent[] | undefined;

  constructor(options: AlertsOptions) {
    const { database, clock, config } = options;
    this.#options = options;
    this.wishes = new Wishes(database);
    this.devices = new Devices(database, clock);
    this.webhooks = new Webhooks(database, clock);
    this.present = new Present(clock);
    this.#told = new Told(database, clock);
    this.#watch = new AlertWatch(clock, (occasion) => {
      this.#quietly('an alert is told to nobody', () => this.#tell(occasion));
    });
    this.#outbox = new Outbox({
      ...{ clock, random: () => Math.random(), onDropped: () => options.observer.dropped() },
      post: options.post ?? ((outgoing) => post(outgoing, config)),
    });
  }

  /** @throws Error in words, when the keys of push cannot be used */
  async start(): Promise<void> {
    this.#keys = openVapidKeys(join(dirname(this.#options.config.databasePath), KEYS_FILE));
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#watch.stop();
    this.#outbox.stop();
    await Promise.resolve();
  }

  event(event: WorkerEvent): void {
    this.#meanwhile?.push(event);
    this.#see(event);
  }

  /** Events may have been missed: looks at all sessions, and again at what was told meanwhile. */
  async catchUp(list: () => Promise<readonly SessionSummary[]>): Promise<void> {
    const meanwhile: WorkerEvent[] = [];
    this.#meanwhile = meanwhile;
    try {
      const sessions = await list();
      if (this.#meanwhile !== meanwhile) return; // a newer list is on its way
      this.#watch.seeAll(sessions);
      for (const event of meanwhile) this.#see(event);
    } catch (err) {
      // Whoever hung up is asked again when it is back.
      this.#options.logger.warn({ err }, 'alerts do not know all sessions');
    }
    if (this.#meanwhile === meanwhile) this.#meanwhile = undefined;
  }

  #see(event: WorkerEvent): void {
    if (event.type === 'session') this.#watch.see(event.session);
    if (event.type !== 'session_removed') return;
    this.#watch.forget(event.id);
    this.#quietly('a removed session stays muted', () => this.wishes.forget(event.id));
  }

  of(userId: UserId): OwnAlerts {
    return {
      settings: this.wishes.of(userId),
      mutedSessions: this.wishes.mutedBy(userId),
      devices: this.devices.of(userId).map(({ device }) => device),
      pushKey: this.#sender.keys.publicKey,
    };
  }

  /** @throws DashboardError invalid_request for an address that is not sent to, or unusable keys */
  addDevice(by: { userId: UserId; loginId: LoginId }, wanted: AddDevice): Device {
    this.requireReachable(wanted.endpoint);
    requireUsable(wanted, this.#testAlert(), this.#sender);
    return this.devices.add(by, wanted);
  }

  /** A browser that is logged out hears nothing more, also if the same person logs in again. */
  revoked(loginId: LoginId, code: Revocation['code']): void {
    if (code !== 'unauthenticated') return;
    this.#quietly('devices of a login stay', () => this.devices.removeOfLogin(loginId));
  }

  /** By the address alone: what its name leads to is looked at when something is sent. */
  requireReachable(address: string): void {
    const problem = URL.canParse(address)
      ? problemOf(new URL(address), this.#options.config)
      : 'it is no address';
    if (problem === undefined) return;
    throw new DashboardError('invalid_request', `Nothing can be sent there: ${problem}.`);
  }

  /** @returns the device with how that went; one that is gone is known no more afterwards */
  async testDevice(subscription: Subscription): Promise<Device> {
    const alert = this.#testAlert();
    const parcel = this.#pushParcel(subscription, { alert, isWanted: () => true });
    return { ...subscription.device, last: await this.#outbox.try(parcel) };
  }

  async testWebhook(hook: Hook): Promise<Webhook> {
    const alert = this.#testAlert();
    const parcel = this.#hookParcel(hook, { alert, isWanted: () => true });
    return { ...hook.webhook, last: await this.#outbox.try(parcel) };
  }

  #testAlert(): Alert {
    return testAlert(this.#options.clock.nowMs(), this.#watch.waiting);
  }

  #tell(occasion: Occasion): void {
    const { clock, observer } = this.#options;
    observer.occasion(occasion.kind);
    const heard: Wish[] = [];
    for (const wish of this.wishes.all()) {
      const sees = this.present.seenBy(wish.userId);
      const silence = silenceOf(occasion, { ...wish, sees }, clock.nowMs());
      observer.told(silence ?? 'told');
      if (silence === undefined) heard.push(wish);
    }
    for (const { userId } of heard) this.#tellPages(occasion, userId);
    if (this.#told.isFirst(occasion)) this.#send(occasion, heard);
  }

  /** Beyond the pages, which another gateway serves others of: it goes out once. */
  #send(occasion: Occasion, heard: readonly Wish[]): void {
    for (const wish of heard) this.#sendToDevices(occasion, wish);
    const isWanted = (): boolean => this.#watch.isStanding(occasion);
    for (const hook of this.webhooks.all()) {
      const { isOn, kinds, hidesNames } = hook.webhook;
      if (!isOn || !kinds.includes(occasion.kind)) continue;
      const alert = alertOf(occasion, { hidesNames, waiting: this.#watch.waiting });
      this.#outbox.add(this.#hookParcel(hook, { alert, isWanted }));
    }
  }

  /** Who has the page open is logged in and sees every name anyway. */
  #tellPages(occasion: Occasion, userId: UserId): void {
    const { waiting } = this.#watch;
    this.#options.toPages(alertOf(occasion, { hidesNames: false, waiting }), userId);
  }

  #sendToDevices(occasion: Occasion, { userId, settings: { hidesNames } }: Wish): void {
    const { waiting } = this.#watch;
    const isWanted = (): boolean => this.#watch.isStanding(occasion);
    const alert = alertOf(occasion, { hidesNames, waiting });
    for (const subscription of this.devices.of(userId)) {
      this.#outbox.add(this.#pushParcel(subscription, { alert, isWanted }));
    }
  }

  #pushParcel(
    subscription: Subscription,
    { alert, isWanted }: { alert: Alert; isWanted: () => boolean },
  ): Parcel {
    const { id } = subscription.device;
    return {
      isWanted,
      outgoing: () => pushMessage(subscription, alert, this.#sender),
      onDone: (delivery, status) => {
        this.#options.observer.delivery('push', delivery.outcome);
        this.#quietly('how a delivery went is not kept', () => {
          // The browser has given the subscription up: it never comes back.
          if (GONE.has(status)) this.devices.remove(id);
          else this.devices.keepLast(id, delivery);
        });
      },
    };
  }

  #hookParcel(hook: Hook, { alert, isWanted }: { alert: Alert; isWanted: () => boolean }): Parcel {
    const { clock, pageUrl, observer } = this.#options;
    return {
      isWanted,
      outgoing: () => webhookMessage(hook, { alert, pageUrl: pageUrl(), nowMs: clock.nowMs() }),
      onDone: (delivery) => {
        observer.delivery('webhook', delivery.outcome);
        this.#quietly('how a delivery went is not kept', () => {
          this.webhooks.keepLast(hook.webhook.id, delivery);
        });
      },
    };
  }

  get #sender(): PushSender {
    invariant(this.#keys !== undefined, 'nobody is served before the keys are read');
    return { keys: this.#keys, contact: this.#options.config.contact ?? this.#ownContact() };
  }

  #ownContact(): string {
    const url = this.#options.pageUrl();
    return url.startsWith('https://') ? url : NO_CONTACT;
  }

  /** On a full disk people go on working, and an alert more or less is no reason to stop. */
  #quietly(whatFails: string, work: () => void): void {
    try {
      work();
    } catch (err) {
      if (!isStorageFailure(err)) throw err;
      this.#options.logger.warn({ err }, whatFails);
    }
  }
}
