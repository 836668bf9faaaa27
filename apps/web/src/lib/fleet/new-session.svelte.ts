/** What a person fills in to start a session, and its start. */
import { ModelName, PermissionMode } from '@dashboard/protocol/agents';
import { DashboardError } from '@dashboard/protocol/errors';
import { PATH_CHARS_MAX } from '@dashboard/protocol/limits';
import {
  ProfileId,
  type CreateSession,
  type ProfileSummary,
  type SessionSummary,
} from '@dashboard/protocol/sessions';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import { Remembered, type Shelf } from '../ui/remembered.svelte.ts';
import { makeUuid } from '../ui/uuid.ts';
import { suggestedName } from '../ui/directory-words.ts';
import type { WorktreeChoice } from './worktree-choice.svelte.ts';

/** Directories that are offered again; the oldest gives way. */
const RECENT_DIRECTORIES_MAX = 6;

const RecentDirectories = Type.Array(Type.String({ maxLength: PATH_CHARS_MAX }), {
  maxItems: RECENT_DIRECTORIES_MAX,
});

/** A mode that asks for nothing is not for a click, whatever a profile offers. */
const NEVER_OFFERED = 'bypassPermissions';

/** Empty: as the program itself is configured. */
const Choices = Type.Object({
  permissionMode: Type.Union([PermissionMode, Type.Literal('')]),
  model: Type.Union([ModelName, Type.Literal('')]),
});
type Choices = Static<typeof Choices>;
const NO_CHOICES: Choices = { permissionMode: '', model: '' };
/** By profile: what was chosen when a session of it was last started. */
const ChoicesByProfile = Type.Record(ProfileId, Choices);

export interface NewSessionOptions {
  readonly api: Api;
  readonly shelf: Shelf;
  /** What the picker says. */
  readonly directory: () => string;
  /** What is filled in to begin with, as far as it is still offered. */
  readonly like?: SessionSummary | undefined;
  /** Undefined: no worktree is offered. */
  readonly worktree?: WorktreeChoice;
  /** Names of sessions that exist. */
  readonly taken: () => ReadonlySet<string>;
}

export class NewSession {
  profiles = $state.raw<readonly ProfileSummary[]>([]);
  profileId = $state<string>();
  /** What was chosen since the form opened, by profile. */
  #chosen = $state.raw<Readonly<Record<string, Choices>>>({});
  prompt = $state('');
  failure = $state.raw<Failure>();
  isStarting = $state(false);
  /** Undefined while nobody typed a name: then it follows the directory. */
  #typedName = $state<string>();

  readonly #options: NewSessionOptions;
  readonly #recent: Remembered<typeof RecentDirectories>;
  readonly #choices: Remembered<typeof ChoicesByProfile>;
  /** One key a filled-in form: pressing twice, or again after a lost answer, starts one session. */
  #idempotencyKey = makeUuid();

  readonly directory = $derived.by(() => withoutTrailingSlash(this.#options.directory()));
  readonly profile = $derived(this.profiles.find(({ id }) => id === this.profileId));
  readonly name = $derived(this.#typedName ?? this.#suggestion());
  readonly permissionModes = $derived(
    (this.profile?.permissionModes ?? []).filter((mode) => mode !== NEVER_OFFERED),
  );
  readonly permissionMode = $derived.by(() => this.#offered().permissionMode);
  readonly model = $derived.by(() => this.#offered().model);
  readonly isModelWrong = $derived(
    this.model.trim() !== '' && !Value.Check(ModelName, this.model.trim()),
  );
  readonly mayStart = $derived.by(() => this.#isWhole() && !this.isStarting);

  constructor(options: NewSessionOptions) {
    this.#options = options;
    this.#fillIn(options.like);
    this.#recent = new Remembered({
      shelf: options.shelf,
      key: 'dashboard.recentDirectories',
      schema: RecentDirectories,
      otherwise: [],
    });
    this.#choices = new Remembered({
      shelf: options.shelf,
      key: 'dashboard.agentChoices',
      schema: ChoicesByProfile,
      otherwise: {},
    });
  }

  get recent(): readonly string[] {
    return this.#recent.value;
  }

  setName(name: string): void {
    this.#typedName = name;
  }

  /** Of the profile that is chosen. */
  choose(change: Partial<Choices>): void {
    const id = this.profileId;
    if (id === undefined) return;
    this.#chosen = { ...this.#chosen, [id]: { ...this.#offered(), ...change } };
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
    const body = this.#body(profile);
    try {
      const { api } = this.#options;
      const idempotencyKey = this.#idempotencyKey;
      const session = await api.call('createSession', { body, idempotencyKey });
      this.#remember(body);
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

  #isWhole(): boolean {
    return (
      this.profile?.available === true &&
      !this.isModelWrong &&
      this.directory.startsWith('/') &&
      this.name.trim() !== '' &&
      this.#options.worktree?.isReady !== false
    );
  }

  #fillIn(like: SessionSummary | undefined): void {
    if (like === undefined) return;
    const { permissionMode, model, profile } = like;
    this.profileId = profile;
    this.#chosen = { [profile]: { permissionMode: permissionMode ?? '', model: model ?? '' } };
  }

  #suggestion(): string {
    return this.directory === '' ? '' : suggestedName(this.directory, this.#options.taken());
  }

  #body(profile: ProfileSummary): CreateSession {
    const prompt = profile.takesPrompt ? this.prompt.trim() : '';
    const [permissionMode, model] = [this.permissionMode, this.model.trim()];
    const worktree = this.#options.worktree?.wish;
    return {
      name: this.name.trim(),
      profile: profile.id,
      directory: this.directory,
      ...(prompt === '' ? {} : { prompt }),
      ...(permissionMode === '' ? {} : { permissionMode }),
      ...(model === '' ? {} : { model }),
      ...(worktree === undefined ? {} : { worktree }),
    };
  }

  /** What was chosen now or the last time, as far as the profile still offers it. */
  #offered(): Choices {
    const { profile } = this;
    if (profile === undefined) return NO_CHOICES;
    const { permissionMode, model } =
      this.#chosen[profile.id] ?? this.#choices.value[profile.id] ?? NO_CHOICES;
    return {
      permissionMode: this.permissionModes.includes(permissionMode) ? permissionMode : '',
      model: profile.takesModel ? model : '',
    };
  }

  #remember({ directory, profile, permissionMode = '', model = '' }: CreateSession): void {
    this.#choices.value = { ...this.#choices.value, [profile]: { permissionMode, model } };
    const others = this.recent.filter((known) => known !== directory);
    this.#recent.value = [directory, ...others].slice(0, RECENT_DIRECTORIES_MAX);
  }
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
