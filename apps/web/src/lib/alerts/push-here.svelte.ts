/** Web Push in this browser: whether it can be had, whether it is on, and how it is turned on and off. */
import type { AddDevice } from '@dashboard/protocol/alerts';
import type { DeviceId, UserId } from '@dashboard/protocol/ids';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Failure } from '../ui/failure.ts';
import { failureOf } from '../ui/failure.ts';
import { Remembered, type Shelf } from '../ui/remembered.svelte.ts';
import type { Alerts } from './alerts.svelte.ts';
import { browserWords } from './browser-words.ts';
import { readyRegistration, registration } from './worker-words.ts';

/** unsupported: this browser, or plain http, has none. denied: a person said no to the browser. */
export type PushState = 'unknown' | 'unsupported' | 'denied' | 'off' | 'on';

const Subscription = Type.Object({
  endpoint: Type.String(),
  keys: Type.Object({ p256dh: Type.String(), auth: Type.String() }),
});

const NO_SERVICE: Failure = {
  title: 'The push service of this browser cannot be reached.',
  remedy:
    'Some browsers have none, some networks block it. A page that is open notifies you all the same.',
};

export class PushHere {
  state = $state<PushState>('unknown');
  deviceId = $state.raw<DeviceId>();
  isBusy = $state(false);
  failure = $state.raw<Failure>();
  readonly #alerts: Alerts;
  /** Who turned it on: somebody else who logs in here is not told in their place. */
  readonly #owner: Remembered<ReturnType<typeof Type.String>>;

  constructor(alerts: Alerts, shelf: Shelf) {
    this.#alerts = alerts;
    this.#owner = new Remembered({
      ...{ shelf, key: 'dashboard.pushOwner', schema: Type.String(), otherwise: '' },
    });
  }

  /** Says it to the gateway again: the login may be another than the one that it was turned on with. */
  async look(me: UserId): Promise<void> {
    if (!('PushManager' in window) || !('serviceWorker' in navigator)) {
      this.state = 'unsupported';
      return;
    }
    if (Notification.permission === 'denied') return void (this.state = 'denied');
    const subscription = await (await registration())?.pushManager.getSubscription();
    const isOn = subscription && this.#owner.value === me && Notification.permission === 'granted';
    this.state = isOn ? 'on' : 'off';
    if (isOn) await this.#tried(async () => await this.#tell(subscription));
  }

  /** Called by a press: browsers ask only then. */
  async turnOn(me: UserId): Promise<void> {
    await this.#tried(async () => {
      if ((await Notification.requestPermission()) !== 'granted') {
        this.state = Notification.permission === 'denied' ? 'denied' : 'off';
        return;
      }
      const subscription = await this.#subscribe();
      if (subscription === undefined) return void (this.failure = NO_SERVICE);
      await this.#tell(subscription);
      this.#owner.value = me;
      this.state = 'on';
    });
  }

  async turnOff(): Promise<void> {
    await this.#tried(async () => {
      const subscription = await (await registration())?.pushManager.getSubscription();
      await subscription?.unsubscribe();
      if (this.deviceId !== undefined) await this.#alerts.removeDevice(this.deviceId);
      this.deviceId = undefined;
      this.#owner.value = '';
      this.state = 'off';
    });
  }

  /** @returns undefined where no push service answers */
  async #subscribe(): Promise<PushSubscription | undefined> {
    const pushManager = (await readyRegistration())?.pushManager;
    const options = { userVisibleOnly: true, applicationServerKey: this.#alerts.pushKey };
    try {
      return await pushManager?.subscribe(options);
    } catch (error) {
      // One that was made with the keys of another dashboard, or of this one before they were lost.
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') return undefined;
      await (await pushManager?.getSubscription())?.unsubscribe();
      return await pushManager?.subscribe(options).catch(() => undefined);
    }
  }

  async #tell(subscription: PushSubscription): Promise<void> {
    const { endpoint, keys } = Value.Parse(Subscription, subscription.toJSON());
    const body: AddDevice = { label: browserWords(navigator.userAgent), endpoint, keys };
    this.deviceId = (await this.#alerts.addDevice(body)).id;
  }

  async #tried(act: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    this.failure = undefined;
    try {
      await act();
    } catch (error) {
      this.failure = failureOf(error);
    } finally {
      this.isBusy = false;
    }
  }
}
