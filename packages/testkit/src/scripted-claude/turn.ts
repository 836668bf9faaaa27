/** One turn of the conversation: what the model does about a prompt, until it is done or cut off. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  actsOf,
  contentOf,
  failureOf,
  firstWord,
  type Act,
  type Block,
  type Charge,
} from '../anthropic/index.ts';
import type { ToolCall } from './dialogs.ts';
import type { Fields } from './hooks.ts';
import { mayRun } from './permission.ts';
import { runTool, type ToolResult } from './tools.ts';
import { Transcript } from './transcript.ts';
import { aborted, delay, type World } from './world.ts';

export interface TurnOptions {
  readonly world: World;
  readonly signal: AbortSignal;
  /** Of the subagent whose turn it is. */
  readonly agent?: { readonly id: string; readonly type: string };
  /** A subagent has finished, and the main conversation is told. */
  readonly onSubagentEnd: (id: string, summary: string) => void;
}

export type Outcome =
  | { readonly end: 'done'; readonly lastMessage: string }
  | { readonly end: 'interrupted'; readonly saidAnything: boolean }
  | { readonly end: 'failed'; readonly error: string; readonly text: string };

const WORD_EVERY_MS = 100;
const RETRY_AFTER_MS = 500;
const ERRORS: Readonly<Record<number, string>> = {
  401: 'authentication_failed',
  403: 'authentication_failed',
  429: 'rate_limit',
  500: 'server_error',
  529: 'server_error',
};
const TOOLS = new Set(['Agent']);

export class Turn {
  readonly #world: World;
  readonly #signal: AbortSignal;
  readonly #options: TurnOptions;
  readonly #transcript: Transcript;
  readonly #agent: Fields;
  #prompt = '';
  #saidAnything = false;

  constructor(options: TurnOptions) {
    const { world, signal, agent } = options;
    this.#options = options;
    this.#world = world;
    this.#signal = signal;
    this.#agent = agent === undefined ? {} : { agent_id: agent.id, agent_type: agent.type };
    const { configDirectory, directory, sessionId, clock } = world;
    this.#transcript =
      agent === undefined
        ? world.transcript
        : new Transcript({ configDirectory, directory, sessionId, clock, agentId: agent.id });
  }

  get transcript(): Transcript {
    return this.#transcript;
  }

  async run(prompt: string): Promise<Outcome> {
    this.#prompt = prompt;
    this.#transcript.user(prompt, { promptId: this.#world.promptId });
    for (const act of actsOf(prompt)) {
      const outcome = await this.#perform(act);
      if (outcome !== undefined) return outcome;
      if (this.#signal.aborted) return this.#interrupted(false);
    }
    return this.#answer({ verb: 'SAY', rest: 'Done.' });
  }

  /** @returns undefined after a tool, when the model has the next word */
  async #perform(act: Act): Promise<Outcome | undefined> {
    switch (act.verb) {
      case 'HANG':
        await aborted(this.#signal);
        return this.#interrupted(false);
      case 'SLOW':
        return await this.#talk(act);
      case 'ERR':
        return await this.#fail(act);
      case 'LIMIT':
        return this.#failed('rate_limit', 'API Error: Request rejected (429)');
      case 'SAY':
      case 'THINK':
      case 'TODOS':
        return this.#answer(act);
      default:
        return await this.#use(act);
    }
  }

  #answer(act: Act): Outcome {
    const blocks = contentOf(act, { tools: TOOLS, wantsJson: false });
    const text = blocks.map((block) => ('text' in block ? block.text : '')).join('');
    this.#said(blocks, this.#charge());
    return { end: 'done', lastMessage: text };
  }

  async #talk(act: Act): Promise<Outcome> {
    const { clock, screen } = this.#world;
    const [time, word] = firstWord(act.rest);
    const seconds = Number(time) || 1;
    const words: string[] = [];
    for (let left = Math.round((seconds * 1_000) / WORD_EVERY_MS); left > 0; left--) {
      await delay(clock, WORD_EVERY_MS, this.#signal);
      if (this.#signal.aborted) break;
      words.push(`${word || 'word'} ${words.length + 1}`);
      screen.print(`● ${words.at(-1)}`);
      this.#saidAnything = true;
    }
    const text = words.join(' ');
    const charge = this.#charge(this.#signal.aborted);
    this.#transcript.assistant([{ type: 'text', text }], charge);
    return this.#signal.aborted ? this.#interrupted(false) : { end: 'done', lastMessage: text };
  }

  async #fail(act: Act): Promise<Outcome> {
    const { status, times } = failureOf(act);
    if (times === 0) {
      const before = status === 401 || status === 403 ? 'Please run /login · ' : '';
      return this.#failed(ERRORS[status] ?? 'unknown', `${before}API Error: ${status}`);
    }
    for (let time = 0; time < times; time++) {
      await delay(this.#world.clock, RETRY_AFTER_MS, this.#signal);
    }
    return this.#signal.aborted ? this.#interrupted(false) : this.#answer(act);
  }

  async #use(act: Act): Promise<Outcome | undefined> {
    const blocks = contentOf(act, { tools: TOOLS, wantsJson: false });
    const charge = this.#charge();
    const id = `toolu_${charge.messageId}`;
    const use = blocks.find((block) => block.type === 'tool_use');
    if (use === undefined) return undefined;
    this.#said(
      blocks.map((block) => (block.type === 'tool_use' ? { ...block, id } : block)),
      charge,
    );
    const call = { tool: use.name, input: use.input };
    if (call.tool === 'Agent') return await this.#delegate(call, { id, prompt: act.rest });
    return await this.#call(call.tool === 'ExitPlanMode' ? this.#withPlan(act.rest) : call, id);
  }

  async #call(wanted: ToolCall, id: string): Promise<Outcome | undefined> {
    const { hooks, screen, directory } = this.#world;
    const asking = { world: this.#world, agent: this.#agent, signal: this.#signal };
    const verdict = await mayRun(wanted, id, asking);
    if (verdict.verdict === 'interrupted') {
      this.#result(id, { isError: true, text: 'The user does not want to proceed.', response: {} });
      return this.#interrupted(true);
    }
    const { tool } = wanted;
    screen.print(`● ${tool}(${firstWord(JSON.stringify(wanted.input))[0]})`);
    if (verdict.verdict === 'denied') {
      screen.print(`  ⎿  Error: ${verdict.message}`);
      const denied = { isError: true, text: verdict.message, response: {} };
      this.#result(id, denied);
      await this.#batch(wanted, { id, response: verdict.message });
      return undefined;
    }
    const { call } = verdict;
    const result = await runTool(call, { directory, signal: this.#signal });
    this.#result(id, result);
    if (this.#signal.aborted) return this.#interrupted(true);
    screen.print(`  ⎿  ${result.isError ? result.text : 'Done'}`);
    const fields = { ...this.#agent, tool_name: tool, tool_input: call.input, tool_use_id: id };
    if (result.isError) {
      await hooks.fire('PostToolUseFailure', {
        ...fields,
        error: result.text,
        is_interrupt: false,
      });
    } else {
      await hooks.fire('PostToolUse', { ...fields, tool_response: result.response });
    }
    await this.#batch(call, { id, response: result.text });
    return undefined;
  }

  async #delegate(
    call: ToolCall,
    { id, prompt }: { readonly id: string; readonly prompt: string },
  ): Promise<undefined> {
    const { hooks, screen, subagents } = this.#world;
    const agent = { id: `a${randomBytes(8).toString('hex')}`, type: 'general-purpose' };
    const fields = { tool_name: call.tool, tool_input: call.input, tool_use_id: id };
    await hooks.fire('PreToolUse', fields);
    subagents.set(agent.id, agent.type);
    const response = { isAsync: true, status: 'async_launched', agentId: agent.id };
    await hooks.fire('PostToolUse', { ...fields, tool_response: response });
    await hooks.fire('SubagentStart', { agent_id: agent.id, agent_type: agent.type });
    screen.print('  ⎿  Backgrounded agent');
    void this.#runSubagent(agent, prompt);
    await this.#batch(call, { id, response: 'Async agent launched successfully.' });
    this.#result(id, { isError: false, text: 'Async agent launched.', response });
  }

  /** Works beside the turn that started it, and outlives it. */
  async #runSubagent(agent: { id: string; type: string }, prompt: string): Promise<void> {
    const { hooks, activity, subagents } = this.#world;
    const end = activity.begin();
    const turn = new Turn({ ...this.#options, agent, signal: new AbortController().signal });
    const outcome = await turn.run(prompt);
    const last = outcome.end === 'done' ? outcome.lastMessage : outcome.end;
    await hooks.fire('SubagentStop', {
      agent_id: agent.id,
      agent_type: agent.type,
      agent_transcript_path: turn.transcript.path,
      stop_hook_active: false,
      last_assistant_message: last,
    });
    subagents.delete(agent.id);
    this.#options.onSubagentEnd(agent.id, last);
    end();
  }

  /** The plan is a file; the tool itself is called with nothing, and hooks are told what it holds. */
  #withPlan(plan: string): ToolCall {
    const plans = join(this.#world.configDirectory, 'plans');
    mkdirSync(plans, { recursive: true });
    const planFilePath = join(plans, `${this.#world.sessionId}.md`);
    writeFileSync(planFilePath, `${plan}\n`);
    return { tool: 'ExitPlanMode', input: { plan: `${plan}\n`, planFilePath } };
  }

  #interrupted(isToolUse: boolean): Outcome {
    this.#transcript.interrupted(isToolUse);
    return { end: 'interrupted', saidAnything: this.#saidAnything || isToolUse };
  }

  #failed(error: string, text: string): Outcome {
    this.#transcript.failure(error, text);
    this.#world.screen.print(`● ${text}`);
    return { end: 'failed', error, text };
  }

  #charge(wasCutOff = false): Charge {
    const { meter, model, statusLine } = this.#world;
    statusLine.changed();
    return meter.charge(model, this.#prompt, wasCutOff);
  }

  #said(blocks: readonly Block[], charge: Charge): void {
    this.#saidAnything = true;
    this.#transcript.assistant(blocks, charge);
    for (const block of blocks) {
      if (block.type === 'text') this.#world.screen.print(`● ${block.text}`);
      if (block.type === 'thinking') this.#world.screen.print('  Thought for 1s');
    }
  }

  #result(id: string, { isError, text, response }: ToolResult): void {
    const result = { tool_use_id: id, type: 'tool_result', content: text, is_error: isError };
    this.#transcript.user([result], { toolUseResult: response });
  }

  async #batch(
    { tool, input }: ToolCall,
    { id, response }: { readonly id: string; readonly response: string },
  ): Promise<void> {
    const call = { tool_name: tool, tool_input: input, tool_use_id: id, tool_response: response };
    await this.#world.hooks.fire('PostToolBatch', { ...this.#agent, tool_calls: [call] });
  }
}
