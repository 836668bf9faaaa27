/** The conversation as a person in the terminal meets it: prompts, a queue, commands, the end. */
import { randomUUID } from 'node:crypto';
import { bottomLines, InputBox } from './input-box.ts';
import type { Input } from './keyboard.ts';
import { MODES } from './options.ts';
import type { Registry } from './registry.ts';
import { Transcript } from './transcript.ts';
import { Turn, type Outcome } from './turn.ts';
import type { World } from './world.ts';

export interface AgentOptions {
  readonly world: World;
  readonly registry: Registry;
  readonly name: string;
  /** Ends the process. */
  readonly exit: (code: number) => void;
}

/** Without a word from the person for so long they are told once more. */
const IDLE_NOTICE_MS = 60_000;

export class Agent {
  readonly #options: AgentOptions;
  readonly #box = new InputBox();
  readonly #queue: string[] = [];
  #running: AbortController | undefined;
  #cancelNotice: () => void = () => {};
  #isEnding = false;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  draw(): void {
    if (this.#isEnding) return;
    const { world, name } = this.#options;
    world.screen.show(bottomLines({ world, name, box: this.#box, queued: this.#queue }));
  }

  receive(input: Input): void {
    const { activity } = this.#options.world;
    const { dialog } = activity;
    if (dialog !== undefined) {
      if (input.type === 'key') dialog.press(input.key);
      if (input.type === 'text') dialog.type(input.text);
    } else if (input.type === 'key' && input.key === 'escape') {
      this.#running?.abort();
    } else if (input.type === 'key' && input.key === 'interrupt') {
      this.#interruptOrEnd();
    } else if (input.type === 'key' && input.key === 'shift-tab') {
      this.#nextMode();
    } else {
      const prompt = this.#box.receive(input);
      if (prompt !== undefined) void this.submit(prompt);
    }
    this.draw();
  }

  async submit(prompt: string): Promise<void> {
    if (prompt === '/exit') return await this.#exit();
    if (prompt === '/clear') return await this.#clear();
    if (prompt === '/compact') return await this.#compact();
    if (this.#running === undefined) return await this.#turn(prompt);
    this.#queue.push(prompt);
    const { hooks, transcript } = this.#options.world;
    transcript.queue('enqueue', prompt);
    this.draw();
    // It is told of at once, though its turn comes later, and not a second time then.
    await hooks.fire('UserPromptSubmit', { prompt });
  }

  /** Ends as after a signal or with the terminal. @param code as a shell gives it */
  async end(code: number, reason = 'other'): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const { world, registry, exit } = this.#options;
    this.#cancelNotice();
    this.#running?.abort();
    world.statusLine.end();
    registry.remove();
    await world.hooks.fire('SessionEnd', { reason });
    this.#closeAccount();
    exit(code);
  }

  async #turn(prompt: string, isQueued = false): Promise<void> {
    const { world, name } = this.#options;
    const controller = new AbortController();
    this.#running = controller;
    this.#cancelNotice();
    const end = world.activity.begin();
    world.promptId = randomUUID();
    if (!prompt.startsWith('<')) world.screen.print(`❯ ${prompt.split('\n').join('\n  ')}`);
    if (!isQueued) {
      await world.hooks.fire('UserPromptSubmit', { prompt, session_title: name });
    }
    const { signal } = controller;
    const onSubagentEnd = (id: string, summary: string): void => this.#notified(id, summary);
    const outcome = await new Turn({ world, signal, onSubagentEnd }).run(prompt);
    await this.#settle(prompt, outcome);
    end();
    this.#running = undefined;
    const next = this.#queue.shift();
    if (next === undefined) return this.#beIdle();
    world.transcript.queue('dequeue');
    await this.#turn(next, true);
  }

  async #settle(prompt: string, outcome: Outcome): Promise<void> {
    const { hooks, screen, subagents, transcript, statusLine } = this.#options.world;
    if (outcome.end === 'interrupted') {
      // No hook says so, as with the real one.
      screen.print('  ⎿  Interrupted · What should Claude do instead?');
      if (!outcome.saidAnything && this.#box.text === '') this.#box.text = prompt;
    } else if (outcome.end === 'failed') {
      const { error, text } = outcome;
      await hooks.fire('StopFailure', { error, last_assistant_message: text });
    } else {
      const running = [...subagents].map(([id, agent_type]) => {
        return { id, type: 'subagent', status: 'running', description: 'A part', agent_type };
      });
      await hooks.fire('Stop', {
        stop_hook_active: false,
        last_assistant_message: outcome.lastMessage,
        background_tasks: running,
        session_crons: [],
      });
      transcript.system('turn_duration');
    }
    statusLine.changed();
  }

  #beIdle(): void {
    const { clock, hooks } = this.#options.world;
    this.#cancelNotice = clock.after(IDLE_NOTICE_MS, () => {
      const message = 'Claude is waiting for your input';
      void hooks.fire('Notification', { message, notification_type: 'idle_prompt' });
    });
    this.draw();
  }

  /** The main conversation goes on with what a subagent has found. */
  #notified(id: string, summary: string): void {
    const text = `<task-notification>\n<task-id>${id}</task-id>\n${summary}\n</task-notification>`;
    void this.submit(text);
  }

  async #clear(): Promise<void> {
    const { world, registry } = this.#options;
    await world.hooks.fire('SessionEnd', { reason: 'clear' });
    this.#closeAccount();
    world.meter.clear();
    world.sessionId = randomUUID();
    registry.rename(world.sessionId);
    const { configDirectory, directory, sessionId, clock } = world;
    world.transcript = new Transcript({ configDirectory, directory, sessionId, clock });
    world.screen.print('❯ /clear');
    await world.hooks.fire('SessionStart', { source: 'clear' });
    world.statusLine.changed();
  }

  /** A conversation in which nothing was said is kept by nobody. */
  #closeAccount(): void {
    const { transcript, meter } = this.#options.world;
    if (meter.last !== undefined) transcript.costState(meter.dollars, meter.modelUsage);
  }

  async #compact(): Promise<void> {
    const { hooks, activity, transcript, screen, meter, model } = this.#options.world;
    const end = activity.begin();
    const agent_id = `a${randomUUID().slice(0, 16)}`;
    const summary = 'What was said so far.';
    await hooks.fire('PreCompact', { trigger: 'manual', custom_instructions: null });
    meter.charge(model, '/compact');
    await hooks.fire('SubagentStop', { agent_id, agent_type: '', last_assistant_message: summary });
    transcript.system('compact_boundary');
    screen.print('✻ Conversation compacted');
    await hooks.fire('SessionStart', { source: 'compact', model });
    await hooks.fire('PostCompact', { trigger: 'manual', compact_summary: summary });
    end();
  }

  #nextMode(): void {
    const { world } = this.#options;
    const at = MODES.indexOf(world.mode);
    // Bypass is for those who asked for it on the command line.
    world.mode = MODES[(at + 1) % (MODES.length - 1)] ?? 'default';
    world.statusLine.changed();
  }

  #interruptOrEnd(): void {
    if (this.#running !== undefined) this.#running.abort();
    else if (this.#box.text !== '') this.#box.text = '';
    else void this.#exit();
  }

  async #exit(): Promise<void> {
    const { world } = this.#options;
    const hint = `claude --resume ${world.sessionId}`;
    world.screen.end('Resume this session with:', hint);
    await this.end(0, 'prompt_input_exit');
  }
}
