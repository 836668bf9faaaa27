/**
 * All agents that are watched, by session: the port AgentWatcher of session/, and the receiver of
 * what the hook socket is told. Directories and time are watched once for all of them.
 */
import { join } from 'node:path';
import type { AgentStatus, HooksState } from '@dashboard/protocol/agents';
import type { SessionId } from '@dashboard/protocol/ids';
import type { CreateSession, SessionRecord } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Environment } from '@dashboard/runtime/config';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { AgentEvents, AgentWatch, AgentWatcher } from '../session/ports.ts';
import { configDirectoryOf } from './claude/config-directory.ts';
import { DirectoryWatches } from './claude/directory-watches.ts';
import { isOfSubagent } from './claude/hook-input.ts';
import { ANSWERED } from './claude/hook-settings.ts';
import { saidSince } from './claude/said.ts';
import type { SessionFiles } from './claude/session-files.ts';
import { ClaudeWatch, type AgentObserver } from './claude-watch.ts';
import type { Decider, HeldRequest } from './decider.ts';
import { sessionEnvironment } from './environment.ts';
import { LOOK_EVERY_MS } from './limits.ts';
import { howRecordEnded, NOTHING_TO_WATCH, ProcessWatch } from './process-watch.ts';
import type { Profile } from './profiles.ts';
import { isSaid, seenOf, type Seen } from './prompts/index.ts';
import type { UsageReader } from './usage-reader.ts';

export interface AgentWatchesOptions {
  readonly profiles: readonly Profile[];
  readonly files: SessionFiles;
  readonly decider: Decider;
  /** Told what an agent is ready for. */
  readonly prompts: { noticed(session: SessionId, seen: Seen): void };
  readonly usage: UsageReader;
  readonly clock: Clock;
  /** Of the worker: what sessions inherit says where Claude keeps its files. */
  readonly environment: Environment;
  readonly observer: AgentObserver & {
    failed(session: SessionId, what: string, error: unknown): void;
  };
}

/** What a hook told, and until when somebody waits for an answer. */
export interface HookTold {
  readonly event: string;
  /** As JSON gave it; undefined when it could not be read. */
  readonly body: unknown;
  /** Of the process that the agent started for it; null where it does not say. */
  readonly pid: number | null;
  readonly gone: AbortSignal;
}

/** Whom the hook socket tells. */
export interface HookReceiver {
  isTokenOf(session: SessionId, token: string): boolean;
  /** @returns what the hook is to print, as text; null: nothing */
  hook(session: SessionId, told: HookTold): Promise<string | null>;
  statusLine(session: SessionId, body: unknown): void;
}

interface Watched {
  readonly watch: ClaudeWatch;
  /** Questions of its subagents that are held. */
  held: number;
  /** Where the registry of this agent is. */
  readonly sessionsDirectory: string;
}

export class AgentWatches implements AgentWatcher, HookReceiver, Part {
  readonly name = 'agents';
  readonly #options: AgentWatchesOptions;
  readonly #watched = new Map<SessionId, Watched>();
  readonly #directories = new DirectoryWatches((directory, file) => this.#changed(directory, file));
  #stopWatching: (() => void) | undefined;

  constructor(options: AgentWatchesOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopWatching = this.#options.clock.every(LOOK_EVERY_MS, () => this.#watchDirectories());
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopWatching?.();
    this.#directories.close();
    await Promise.resolve();
  }

  watch(record: SessionRecord, events: AgentEvents): AgentWatch {
    const { profiles, clock } = this.#options;
    const profile = profiles.find(({ id }) => id === record.profile);
    if (profile === undefined || profile.agent === null) return NOTHING_TO_WATCH;
    if (profile.agent === 'process') {
      const noticed = (seen: Seen): void => this.#options.prompts.noticed(record.id, seen);
      return new ProcessWatch(record, { ...events, noticed }, clock);
    }
    return this.#watchClaude(record, events, profile);
  }

  canResume({ profile: id, conversation }: SessionRecord): boolean {
    const profile = this.#options.profiles.find((each) => each.id === id);
    return conversation !== null && profile !== undefined && profile.resumeArgv !== null;
  }

  /** Whether the program of a session is one that prompts are given to. */
  takesPrompts({ profile: id }: SessionRecord): boolean {
    const profile = this.#options.profiles.find((each) => each.id === id);
    const { agent = null, prompt = null } = profile ?? {};
    return agent !== null && prompt !== null;
  }

  /** The first prompt of a session is pasted once its program runs: no argument tells it. */
  pastesFirst({ profile: id }: CreateSession): boolean {
    return this.#options.profiles.find((each) => each.id === id)?.prompt?.via === 'paste';
  }

  /** Whether the agent wrote down, since then, that it was told this. */
  async wroteDown(record: SessionRecord, text: string, sinceMs: number): Promise<boolean> {
    const profile = this.#options.profiles.find((each) => each.id === record.profile);
    const { conversation } = record;
    if (profile?.agent !== 'claude' || conversation === null) return false;
    const configDirectory = this.#configDirectory(profile);
    const said = await saidSince({ configDirectory, conversation, sinceMs });
    return said.some((told) => isSaid(text, told) !== undefined);
  }

  isTokenOf(session: SessionId, token: string): boolean {
    return this.#options.files.isTokenOf(session, token);
  }

  async hook(session: SessionId, { event, body, pid, gone }: HookTold): Promise<string | null> {
    const watched = this.#watched.get(session);
    if (watched === undefined) return null;
    const order = watched.watch.hook(event, body, pid);
    if (!ANSWERED.includes(event)) return null;
    const askedAtMs = this.#options.clock.nowMs();
    const request = { session, event, body, order, askedAtMs, gone };
    const answer = isOfSubagent(body)
      ? await this.#holding(watched, request)
      : await this.#options.decider.decide(request);
    return answer === null || answer === undefined ? null : JSON.stringify(answer);
  }

  /** A subagent has no dialog meanwhile, so that nothing else says that a person is asked. */
  async #holding(watched: Watched, request: HeldRequest): Promise<unknown> {
    watched.watch.holds(++watched.held);
    try {
      return await this.#options.decider.decide(request);
    } finally {
      watched.watch.holds(--watched.held);
    }
  }

  statusLine(session: SessionId, body: unknown): void {
    this.#watched.get(session)?.watch.statusLine(body);
    this.#options.usage.statusLine(session, body);
  }

  /** Of the agents that run and can have hooks. */
  hooksOf(): readonly HooksState[] {
    return [...this.#watched.values()].map(({ watch }) => watch.status.hooks);
  }

  /** Of the agents that are watched closely: what each does, and since when. */
  statuses(): readonly AgentStatus[] {
    return [...this.#watched.values()].map(({ watch }) => watch.status);
  }

  #watchClaude(record: SessionRecord, events: AgentEvents, profile: Profile): AgentWatch {
    const { clock, observer, usage } = this.#options;
    const { id, endedAtMs, directory: project } = record;
    const configDirectory = this.#configDirectory(profile);
    const over =
      endedAtMs === null ? undefined : { atMs: endedAtMs, reason: howRecordEnded(record) };
    if (over !== undefined) this.#attempt(id, 'remove the settings', 'remove');
    const { conversation, createdAtMs: atMs } = record;
    const read = { session: id, profile: profile.id, project, configDirectory, sinceMs: atMs };
    if (over !== undefined) usage.catchUp(read);
    const facts = usage.factsOf(id, conversation);
    const known = { conversation, atMs, over, configDirectory, facts };
    const watch = new ClaudeWatch({
      ...known,
      clock,
      events,
      observer,
      life: {
        began: (how) => {
          const sessionsDirectory = join(configDirectory, 'sessions');
          this.#watched.set(id, { watch, held: 0, sessionsDirectory });
          this.#watchDirectories();
          usage.began(read, conversation, how);
          if (how === 'adopted') this.#attempt(id, 'renew the token', 'renewToken');
        },
        ended: () => {
          this.#attempt(id, 'remove the settings', 'remove');
          usage.ended(id);
        },
        // Of a session that was resumed, another watch is there by now.
        letGo: () => {
          if (this.#watched.get(id)?.watch === watch) this.#watched.delete(id);
        },
        took: (signal, mind) => {
          this.#options.decider.noticed(id, signal);
          this.#options.prompts.noticed(id, seenOf(signal, mind));
          usage.noticed(id, signal, mind.status);
        },
      },
    });
    return watch;
  }

  #configDirectory({ env }: Profile): string {
    const all = { ...sessionEnvironment(this.#options.environment), ...env };
    return configDirectoryOf(all) ?? '/nonexistent';
  }

  #attempt(id: SessionId, what: string, step: 'renewToken' | 'remove'): void {
    const { files, observer } = this.#options;
    files[step](id).catch((error: unknown) => observer.failed(id, what, error));
  }

  #watchDirectories(): void {
    for (const { sessionsDirectory } of this.#watched.values()) {
      this.#directories.add(sessionsDirectory);
    }
  }

  #changed(directory: string, file: string | undefined): void {
    const pid = Number(/^(\d+)\.json/.exec(file ?? '')?.[1]);
    const here = [...this.#watched.values()].filter((one) => one.sessionsDirectory === directory);
    const owner = here.find(({ watch }) => watch.pid === pid);
    // An agent behind a wrapper has another number than its pane.
    for (const { watch } of owner === undefined ? here : [owner]) void watch.look();
  }
}
