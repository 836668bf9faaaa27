/** Turns a person's wish for a session, or a session that has ended, into what is to run and where. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import type { CreateSession, SessionRecord } from '@dashboard/protocol/sessions';
import type { Environment } from '@dashboard/runtime/config';
import { configDirectoryOf } from './claude/config-directory.ts';
import { isOpen } from './claude/registry.ts';
import { findOwnStatusLine } from './claude/own-status-line.ts';
import type { SessionFiles } from './claude/session-files.ts';
import { hasTranscript } from './claude/transcript-files.ts';
import type { PastConversations } from './conversations/index.ts';
import type { Detector } from './detect.ts';
import { sessionEnvironment } from './environment.ts';
import { agentSessionId, launchOf, takesSettings, type Launch, type Start } from './launch.ts';
import type { Profile } from './profiles.ts';

export interface ProfileLauncherOptions {
  readonly detector: Detector;
  /** @throws DashboardError when the directory may not be entered; gives its path without links */
  readonly enter: (path: string) => Promise<string>;
  /** Of the worker itself. */
  readonly environment: Environment;
  /** Writes what the agent is told about us. */
  readonly files: SessionFiles;
  readonly conversations: PastConversations;
}

type Prepared = Launch & { readonly directory: string };
type Conversation = Start['conversation'];

export class ProfileLauncher {
  readonly #options: ProfileLauncherOptions;

  constructor(options: ProfileLauncherOptions) {
    this.#options = options;
  }

  /**
   * @throws DashboardError profile_not_found, profile_unavailable, directory_outside_roots,
   *   directory_not_found, invalid_request, too_large; of a past conversation not_resumable,
   *   conversation_open
   */
  async prepare(session: SessionId, wish: CreateSession): Promise<Prepared> {
    const { conversation } = wish;
    return await this.#prepare(session, wish, async (profile, directory) =>
      conversation === undefined
        ? { id: agentSessionId(session), isBegun: false }
        : await this.#past(profile, conversation, directory),
    );
  }

  /**
   * The same program in the same place with the same choices, in the conversation that it was in.
   * @throws DashboardError not_resumable, and as prepare()
   */
  async resume(record: SessionRecord): Promise<Prepared> {
    const { id: session, name, profile, directory, conversation: id } = record;
    if (id === null) throw new DashboardError('not_resumable', 'no conversation of it is known');
    const wish = {
      ...{ name, profile, directory },
      ...(record.permissionMode !== null && { permissionMode: record.permissionMode }),
      ...(record.model !== null && { model: record.model }),
    };
    return await this.#prepare(session, wish, async (found) => ({
      id,
      isBegun: found.agent !== 'claude' || (await this.#isKept(found, id)),
    }));
  }

  async #prepare(
    session: SessionId,
    wish: CreateSession,
    conversationOf: (profile: Profile, directory: string) => Promise<Conversation>,
  ): Promise<Prepared> {
    const { detector, enter, environment, files } = this.#options;
    const { profile, program } = await detector.find(wish.profile);
    const directory = await enter(wish.directory);
    const conversation = await conversationOf(profile, directory);
    const { name, prompt, permissionMode, model } = wish;
    const choices = { name, prompt, permissionMode, model };
    const settings = files.settingsPath(session);
    const start = { conversation, ...choices, settings, directory, program, environment };
    const launch = launchOf(profile, start);
    if (takesSettings(profile, conversation)) await this.#writeSettings(session, launch, directory);
    return { ...launch, directory };
  }

  /** Begun by whomever, here or in a plain terminal: but here, and in nobody's hands now. */
  async #past(profile: Profile, id: string, directory: string): Promise<Conversation> {
    const configDirectory = this.#configDirectoryOf(profile);
    if (profile.agent !== 'claude' || configDirectory === undefined) {
      throw new DashboardError('not_resumable', `no conversations of ${profile.label} are known`);
    }
    const begun = await this.#options.conversations.directoryOf(configDirectory, id);
    if (begun !== directory) {
      throw new DashboardError('invalid_request', 'this conversation was begun somewhere else');
    }
    if (await isOpen(configDirectory, id)) {
      throw new DashboardError('conversation_open', 'a running program is in this conversation');
    }
    return { id, isBegun: true };
  }

  #configDirectoryOf({ env }: Profile): string | undefined {
    return configDirectoryOf({ ...sessionEnvironment(this.#options.environment), ...env });
  }

  /** One in which nothing was said is in no file: to go on with it is to begin it under its id. */
  async #isKept(profile: Profile, conversation: string): Promise<boolean> {
    const configDirectory = this.#configDirectoryOf(profile);
    return configDirectory === undefined || (await hasTranscript(configDirectory, conversation));
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
