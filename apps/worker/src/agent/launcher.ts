/** Turns a person's wish for a session into what is to run and where. */
import type { SessionId } from '@dashboard/protocol/ids';
import type { CreateSession } from '@dashboard/protocol/sessions';
import type { Environment } from '@dashboard/runtime/config';
import type { Detector } from './detect.ts';
import { configDirectoryOf } from './claude/config-directory.ts';
import { findOwnStatusLine } from './claude/own-status-line.ts';
import type { SessionFiles } from './claude/session-files.ts';
import { launchOf, takesSettings, type Launch } from './launch.ts';

export interface ProfileLauncherOptions {
  readonly detector: Detector;
  /** @throws DashboardError when the directory may not be entered; gives its path without links */
  readonly enter: (path: string) => Promise<string>;
  /** Of the worker itself. */
  readonly environment: Environment;
  /** Writes what the agent is told about us. */
  readonly files: SessionFiles;
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
    const { detector, enter, environment, files } = this.#options;
    const { profile, program } = await detector.find(wish.profile);
    const directory = await enter(wish.directory);
    const { name, prompt, permissionMode, model } = wish;
    const choices = { name, prompt, permissionMode, model };
    const settings = files.settingsPath(session);
    const start = { session, ...choices, settings, directory, program, environment };
    const launch = launchOf(profile, start);
    if (takesSettings(profile)) await this.#writeSettings(session, launch, directory);
    return { ...launch, directory };
  }

  async #writeSettings(session: SessionId, { env }: Launch, directory: string): Promise<void> {
    const configDirectory = configDirectoryOf(env);
    const own =
      configDirectory === undefined
        ? undefined
        : await findOwnStatusLine(configDirectory, directory);
    await this.#options.files.write(session, own);
  }
}
