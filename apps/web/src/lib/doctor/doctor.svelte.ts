/** What the worker found of what it needs: asked for, being asked for, or not to be had. */
import type { DoctorCheck } from '@dashboard/protocol/doctor';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export class Doctor {
  /** Undefined until the first answer. */
  checks = $state.raw<readonly DoctorCheck[]>();
  failure = $state.raw<Failure>();
  isLooking = $state(false);
  /** What keeps agents from running. */
  readonly failed = $derived((this.checks ?? []).filter(({ outcome }) => outcome === 'failed'));

  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** @param directory whose trust is looked at too */
  async look(directory?: string): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const query = directory === undefined ? {} : { directory };
      this.checks = (await this.#api.call('doctor', { query })).checks;
      this.failure = undefined;
    } catch (error) {
      this.failure = failureOf(error);
    } finally {
      this.isLooking = false;
    }
  }
}
