/** A Claude Code in a session of the dashboard: typed to and looked at as a person does. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentState, AgentStatus } from '@dashboard/protocol/agents';
import type { Approval, ApprovalAnswer } from '@dashboard/protocol/approvals';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import type { ClaudeHome } from '@dashboard/testkit/claude-home';
import type { EventStream } from '@dashboard/testkit/event-stream';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import type { Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import {
  registryRecord,
  type HookCall,
  type HookEvent,
  type RecordingHooks,
} from './recording-hooks.ts';
import type { StateLags } from './state-lags.ts';

export interface Surroundings {
  readonly stack: Stack;
  readonly home: ClaudeHome;
  readonly hooks: RecordingHooks;
  /** What a page is told. */
  readonly events: EventStream;
  readonly lags: StateLags;
}

export interface Wish {
  readonly name?: string;
  readonly prompt?: string;
  /** One of its own where Claude Code is trusted, unless another is named. */
  readonly directory?: string;
  /** To go on with. */
  readonly conversation?: string;
}

/** The real one starts in about a second on an idle machine. */
const START_TIMEOUT_MS = 30_000;

/** Whoever set the home up has said yes to everything below it. */
export function knownDirectory({ projects }: Stack): string {
  return join(projects, 'known');
}

const CHOOSE_TRIES = 10;
const CHOOSE_AGAIN_MS = 1_000;

let count = 0;

export class WatchedAgent {
  directory: string;
  readonly #surroundings: Surroundings;
  readonly #screen = new ScreenReader();
  #session: SessionSummary | undefined;
  #viewer: TerminalClient | undefined;
  readonly #tasks: (() => void)[] = [];
  #seen = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.directory = join(knownDirectory(surroundings.stack), `project-${++count}`);
  }

  async start({ name = 'the agent', directory, ...wish }: Wish = {}): Promise<this> {
    const { stack } = this.#surroundings;
    if (directory !== undefined) this.directory = directory;
    mkdirSync(this.directory, { recursive: true });
    this.forget(); // another may have been here before
    this.#session = await stack.owner.startSession({
      ...{ profile: 'claude', name, directory: this.directory },
      ...wish,
    });
    await this.look();
    return this;
  }

  /** After its end: the same session, in the conversation that it had. */
  async resume(): Promise<void> {
    const { owner } = this.#surroundings.stack;
    this.forget();
    await owner.call('resumeSession', { params: { id: this.session.id } });
    await this.look();
  }

  /** At its terminal, also of a program that was started again. */
  async look(): Promise<void> {
    const { owner } = this.#surroundings.stack;
    const atEnd = (task: () => void): void => void this.#tasks.push(task);
    this.#viewer?.close();
    this.#viewer = new TerminalClient(owner, this.session.id, { screen: this.#screen, atEnd });
    await this.#viewer.attach();
  }

  /** What is known of its session now. */
  async refresh(): Promise<void> {
    this.#session = await this.#surroundings.stack.owner.session(this.session.id);
  }

  get session(): SessionSummary {
    if (this.#session === undefined) throw new Error('it has not been started');
    return this.#session;
  }

  /** Keys as they are. */
  press(keys: string): void {
    this.#viewer?.type(keys);
  }

  /**
   * Answers the dialog that is open, once it is drawn: the real one's record is ahead of its screen,
   * and a key that comes before the dialog is taken for typing, after which the dialog takes none.
   */
  async choose(key: string): Promise<void> {
    const isOpen = (): boolean => this.record?.['status'] === 'waiting';
    await until(isOpen, { what: 'a dialog is open', timeoutMs: START_TIMEOUT_MS });
    await this.shows('❯ 1.');
    for (let tries = 0; isOpen() && tries < CHOOSE_TRIES; tries++) {
      this.#surroundings.lags.pressed(this.session.id);
      this.press(key);
      await until(() => !isOpen(), { what: 'it is gone', timeoutMs: CHOOSE_AGAIN_MS }).catch(
        () => undefined,
      );
    }
  }

  /** Text, and Enter once it is seen to have arrived: together they could be taken for one paste. */
  async say(text: string): Promise<void> {
    this.press(text);
    await this.shows(text.split('\n')[0] ?? '');
    this.press('\r');
  }

  async shows(text: string): Promise<void> {
    const seen = (): string => this.#screen.screen().join('\n');
    await until(() => seen().includes(text), {
      what: `the screen shows ${text}`,
      timeoutMs: START_TIMEOUT_MS,
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows\n${seen()}`);
    });
  }

  get record(): Readonly<Record<string, unknown>> | undefined {
    return registryRecord(this.#surroundings.home, this.directory);
  }

  /** "busy", "idle", or what it waits for. */
  async is(status: string): Promise<void> {
    const now = (): unknown => this.record?.['waitingFor'] ?? this.record?.['status'];
    await until(() => now() === status, {
      what: `the agent is ${status}`,
      timeoutMs: START_TIMEOUT_MS,
    }).catch((error: unknown) => {
      const screen = this.#screen.screen().join('\n');
      throw new Error(`${String(error)}; it is ${String(now())} and shows\n${screen}`);
    });
  }

  /** Its newest prompt has got its turn, to the end. That it is idle may be of before the prompt. */
  async rests(): Promise<void> {
    const newest = (event: HookEvent): number =>
      this.calls.findLastIndex((call) => call.hook_event_name === event);
    await until(() => newest('Stop') > newest('UserPromptSubmit'), {
      what: 'its last turn is over',
      timeoutMs: START_TIMEOUT_MS,
    });
    await this.is('idle');
  }

  /**
   * What the dashboard says of it, once that is this state. A state that passes quickly may be
   * missed: statesSince() has all of them.
   */
  async becomes(state: AgentState): Promise<AgentStatus> {
    const { owner } = this.#surroundings.stack;
    let said: AgentStatus | null = null;
    const status = await until(
      async () => {
        ({ agent: said } = await owner.session(this.session.id));
        return said?.state === state && said;
      },
      { what: `the dashboard says ${state}`, timeoutMs: START_TIMEOUT_MS },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it says ${JSON.stringify(said)}`);
    });
    return status;
  }

  /** What it asks, as the inbox has it. */
  async asks(): Promise<Approval> {
    const { owner } = this.#surroundings.stack;
    return await until(
      async () => {
        const { approvals } = await owner.call('listApprovals');
        return approvals.find(({ session }) => session === this.session.id);
      },
      { what: 'the dashboard has its question', timeoutMs: START_TIMEOUT_MS },
    );
  }

  /** From the dashboard. @throws DashboardError */
  async answer(
    { id }: Approval,
    body: ApprovalAnswer,
    person = this.#surroundings.stack.owner,
  ): Promise<Approval> {
    return await person.call('answerApproval', { params: { id }, body });
  }

  /** Every state that a page was told of, in order. */
  statesSince(sinceMs: number): readonly AgentState[] {
    const { id } = this.session;
    const states = this.#surroundings.events.events.flatMap((event) => {
      if (event.type !== 'session' || event.session.id !== id) return [];
      const { agent } = event.session;
      return agent === null || agent.sinceMs < sinceMs ? [] : [agent.state];
    });
    return states.filter((state, index) => state !== states[index - 1]);
  }

  /** All calls of its hooks. */
  get calls(): readonly HookCall[] {
    return this.#surroundings.hooks.calls(this.directory);
  }

  /** Waits for a hook that has not been looked at yet. @returns the names up to it, in order */
  async hooksUntil(last: HookEvent): Promise<readonly HookEvent[]> {
    const end = await until(
      () => {
        const at = this.calls.findIndex(
          ({ hook_event_name: name }, index) => index >= this.#seen && name === last,
        );
        return at === -1 ? undefined : at + 1;
      },
      { what: `the hook ${last} is called`, timeoutMs: START_TIMEOUT_MS },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; the screen shows\n${this.#screen.screen().join('\n')}`);
    });
    const names = this.calls.slice(this.#seen, end).map((call) => call.hook_event_name);
    this.#seen = end;
    return names;
  }

  /** The newest call of this event. */
  call(event: HookEvent): HookCall | undefined {
    return this.calls.findLast((call) => call.hook_event_name === event);
  }

  /** What its hooks have told so far is of no interest any more. */
  forget(): void {
    this.#seen = this.calls.length;
  }

  async end(): Promise<void> {
    const { owner } = this.#surroundings.stack;
    const { id, phase } = await owner.session(this.session.id);
    if (phase === 'running') await owner.call('endSession', { params: { id } });
    await this.ended();
    for (const task of this.#tasks.splice(0)) task();
  }

  async ended(): Promise<SessionSummary> {
    const { owner } = this.#surroundings.stack;
    return await until(
      async () => {
        const session = await owner.session(this.session.id);
        return session.phase === 'exited' && session;
      },
      { what: 'the session has ended', timeoutMs: START_TIMEOUT_MS },
    );
  }
}
