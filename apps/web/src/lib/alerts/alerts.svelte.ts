/** What this person is told and where, as this tab knows it. */
import {
  DEFAULT_ALERT_SETTINGS,
  type Alerts as OwnAlerts,
  type AddDevice,
  type AlertSettings,
  type Device,
} from '@dashboard/protocol/alerts';
import type { DeviceId, SessionId } from '@dashboard/protocol/ids';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export class Alerts {
  isLoaded = $state(false);
  failure = $state.raw<Failure>();
  settings = $state.raw<AlertSettings>(DEFAULT_ALERT_SETTINGS);
  devices = $state.raw<readonly Device[]>([]);
  pushKey = $state('');
  #muted = $state.raw<readonly SessionId[]>([]);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  isMuted(session: SessionId): boolean {
    return this.#muted.includes(session);
  }

  async load(): Promise<void> {
    await this.#tried(async () => this.#take(await this.#api.call('alerts')));
  }

  /** Shown at once; taken back where it cannot be kept. */
  async change(change: Partial<AlertSettings>): Promise<void> {
    const before = this.settings;
    this.settings = { ...before, ...change };
    await this.#tried(async () => {
      this.settings = await this.#api.call('changeAlerts', { body: this.settings });
    });
    if (this.failure !== undefined) this.settings = before;
  }

  async setMuted(session: SessionId, isMuted: boolean): Promise<void> {
    await this.#tried(async () => {
      const name = isMuted ? 'muteSession' : 'unmuteSession';
      await this.#api.call(name, { params: { id: session } });
      const others = this.#muted.filter((each) => each !== session);
      this.#muted = isMuted ? [...others, session] : others;
    });
  }

  /** @throws DashboardError */
  async addDevice(body: AddDevice): Promise<Device> {
    const added = await this.#api.call('addDevice', { body });
    const others = this.devices.filter(({ id }) => id !== added.id);
    this.devices = [...others, added];
    return added;
  }

  async removeDevice(id: DeviceId): Promise<void> {
    await this.#tried(async () => {
      await this.#api.call('removeDevice', { params: { id } });
      this.devices = this.devices.filter((device) => device.id !== id);
    });
  }

  async testDevice(id: DeviceId): Promise<void> {
    await this.#tried(async () => {
      const tested = await this.#api.call('testDevice', { params: { id } });
      this.devices = this.devices.map((device) => (device.id === id ? tested : device));
    });
  }

  #take({ settings, mutedSessions, devices, pushKey }: OwnAlerts): void {
    this.settings = settings;
    this.#muted = mutedSessions;
    this.devices = devices;
    this.pushKey = pushKey;
    this.isLoaded = true;
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
