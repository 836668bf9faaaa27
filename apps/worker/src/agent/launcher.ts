/** Turns a person's wish for a session into what is to run and where. */
import type { SessionId } from '@dashboard/protocol/ids';
import type { CreateSession } from '@dashboard/protocol/sessions';
import type { Environment } from '@dashboard/runtime/config';
import type { Detector } from './detect.ts';
import { launchOf, type Launch } from './launch.ts';

export interface ProfileLauncherOptions {
  readonly detector: Detector;
  /** @throws DashboardError when the directory may not be entered; gives its path without links */
  readonly enter: (path: string) => Promise<string>;
  /** Of the worker itself. */
  readonly environment: Environment;
}

export class ProfileLauncher {
  readonly #options: ProfileLauncherOptions;

  constructor(options: ProfileLauncherOptions) {
    this.#options = options;
  }

  /**
   * @throws DashboardError profile_not_found, profile_unavailable, directory_outside_roots,
   *   directory_not_found, invalid_request, too_large
   */
  async prepare(
    session: SessionId,
    wish: CreateSession,
  ): Promise<Launch & { readonly directory: string }> {
    const { detector, enter, environment } = this.#options;
    const { profile, program } = await detector.find(wish.profile);
    const directory = await enter(wish.directory);
    const { name, prompt, permissionMode, model } = wish;
    const choices = { name, prompt, permissionMode, model };
    const start = { session, ...choices, directory, program, environment };
    return { ...launchOf(profile, start), directory };
  }
}
