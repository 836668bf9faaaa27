/** What a person fills in to start a session, and its start. */
import { DashboardError } from '@dashboard/protocol/errors';
import { PATH_CHARS_MAX } from '@dashboard/protocol/limits';
import type { ProfileSummary, SessionSummary } from '@dashboard/protocol/sessions';
import { Type } from 'typebox';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import { Remembered, type Shelf } from '../ui/remembered.svelte.ts';
import { makeUuid } from '../ui/uuid.ts';
import { suggestedName } from './directory-words.ts';

/** Directories that are offered again; the oldest gives way. */
const RECENT_DIRECTORIES_MAX = 6;

const RecentDirectories = Type.Array(Type.String({ maxLength: PATH_CHARS_MAX }), {
  maxItems: RECENT_DIRECTORIES_MAX,
});

export interface NewSessionOptions {
  readonly api: Api;
  readonly shelf: Shelf;
  /** What the picker says. */
  readonly directory: () => string;
  /** Names of sessions that exist. */
  readonly taken: () => ReadonlySet<string>;
}

export class NewSession {
  profiles = $state.raw<readonly ProfileSummary[]>([]);
  profileId = $state<string>();
  prompt = $state('');
  failure = $state.raw<Failure>();
  isStarting = $state(false);
  /** Undefined while nobody typed a name: then it follows the directory. */
  #typedName = $state<string>();

  readonly #options: NewSessionOptions;
  readonly #recent: Remembered<typeof RecentDirectories>;
  /** One key a filled-in form: pressing twice, or again after a lost answer, starts one session. */
  #idempotencyKey = makeUuid();

  readonly directory = $derived.by(() => withoutTrailingSlash(this.#options.directory()));
  readonly profile = $derived(this.profiles.find(({ id }) => id === this.profileId));
  readonly name = $derived(this.#typedName ?? this.#suggestion());
  readonly mayStart = $derived(
    this.profile?.available === true &&
      this.directory.startsWith('/') &&
      this.name.trim() !== '' &&
      !this.isStarting,
  );

  constructor(options: NewSessionOptions) {
    this.#options = options;
    this.#recent = new Remembered({
      shelf: options.shelf,
      key: 'dashboard.recentDirectories',
      schema: RecentDirectories,
      otherwise: [],
    });
  }

  get recent(): readonly string[] {
    return this.#recent.value;
  }

  setName(name: string): void {
    this.#typedName = name;
  }

  async loadProfiles(): Promise<void> {
    try {
      const { profiles } = await this.#options.api.call('listProfiles');
      this.profiles = profiles;
      this.profileId ??= (profiles.find(({ available }) => available) ?? profiles[0])?.id;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** @returns the session, or undefined when it did not start; `failure` then says why */
  async start(): Promise<SessionSummary | undefined> {
    const profile = this.profile;
    if (profile === undefined || !this.mayStart) return undefined;
    this.isStarting = true;
    this.failure = undefined;
    const directory = this.directory;
    const prompt = profile.takesPrompt ? this.prompt.trim() : '';
    try {
      const session = await this.#options.api.call('createSession', {
        body: {
          name: this.name.trim(),
          profile: profile.id,
          directory,
          ...(prompt === '' ? {} : { prompt }),
        },
        idempotencyKey: this.#idempotencyKey,
      });
      this.#remember(directory);
      return session;
    } catch (error) {
      // Refused is not lost: what was corrected is another request and gets a key of its own.
      const isRefused = error instanceof DashboardError && error.code !== 'deadline_exceeded';
      if (isRefused) this.#idempotencyKey = makeUuid();
      this.failure = failureOf(error);
      return undefined;
    } finally {
      this.isStarting = false;
    }
  }

  #suggestion(): string {
    return this.directory === '' ? '' : suggestedName(this.directory, this.#options.taken());
  }

  #remember(directory: string): void {
    const others = this.recent.filter((known) => known !== directory);
    this.#recent.value = [directory, ...others].slice(0, RECENT_DIRECTORIES_MAX);
  }
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
