/** The conversation on disk, a line of JSON for each thing that happened; the shapes are the real one's. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { usageOf, type Charge } from '../anthropic/index.ts';
import { VERSION } from './options.ts';

export interface TranscriptOptions {
  readonly configDirectory: string;
  readonly directory: string;
  readonly sessionId: string;
  readonly clock: Clock;
  /** Of a subagent, whose lines go into a file beside. */
  readonly agentId?: string;
}

export class Transcript {
  readonly path: string;
  readonly #options: TranscriptOptions;
  #parentUuid: string | null = null;
  #title: string | undefined;

  constructor(options: TranscriptOptions) {
    this.#options = options;
    this.path = pathOf(options);
  }

  get exists(): boolean {
    return existsSync(this.path);
  }

  /** What was said in it so far, as it is drawn again for who goes on. */
  said(): readonly string[] {
    const lines = readFileSync(this.path, 'utf8').split('\n').filter(Boolean);
    return lines.flatMap((line) => drawn(JSON.parse(line)));
  }

  user(content: unknown, more: Readonly<Record<string, unknown>> = {}): void {
    this.#line({ type: 'user', message: { role: 'user', content }, ...more });
  }

  /** One line for each block of the message, each with the usage of the whole. */
  assistant(content: readonly unknown[], charge: Charge): void {
    const { messageId, requestId, model } = charge;
    const message = { id: messageId, type: 'message', role: 'assistant', model };
    for (const [apiBlockIndex, block] of content.entries()) {
      const whole = { ...message, content: [block], usage: usageOf(charge) };
      this.#line({ type: 'assistant', message: whole, requestId, apiBlockIndex });
    }
  }

  failure(error: string, text: string): void {
    const message = { model: '<synthetic>', role: 'assistant', content: [{ type: 'text', text }] };
    this.#line({ type: 'assistant', message, isApiErrorMessage: true, error });
  }

  interrupted(isToolUse: boolean): void {
    const text = `[Request interrupted by user${isToolUse ? ' for tool use' : ''}]`;
    this.user([{ type: 'text', text }], { rowSource: 'harness' });
  }

  system(subtype: string): void {
    this.#line({ type: 'system', subtype });
  }

  queue(operation: 'enqueue' | 'dequeue', content?: string): void {
    this.#append({ type: 'queue-operation', operation, content });
  }

  /** Written with the first prompt: before it there is no file. */
  title(customTitle: string): void {
    this.#title = customTitle;
  }

  /** All that the conversation has used; the newest such line counts. */
  costState(totalCostUSD: number, modelUsage: Readonly<Record<string, unknown>>): void {
    this.#append({ type: 'cost-state', totalCostUSD, modelUsage, hasUnknownModelCost: false });
  }

  /** What the newest of them says. */
  lastCostState(): unknown {
    if (!this.exists) return undefined;
    const lines = readFileSync(this.path, 'utf8').split('\n');
    const last = lines.findLast((line) => line.startsWith('{"type":"cost-state"'));
    return last === undefined ? undefined : JSON.parse(last);
  }

  #line(entry: Readonly<Record<string, unknown>>): void {
    const { directory, agentId } = this.#options;
    const uuid = randomUUID();
    this.#append({
      parentUuid: this.#parentUuid,
      isSidechain: agentId !== undefined,
      ...entry,
      uuid,
      agentId,
      cwd: directory,
      version: VERSION.split(' ')[0],
    });
    this.#parentUuid = uuid;
  }

  #append(entry: Readonly<Record<string, unknown>>): void {
    const customTitle = this.#title;
    this.#title = undefined;
    if (customTitle !== undefined) this.#append({ type: 'custom-title', customTitle });
    const { sessionId, clock } = this.#options;
    const timestamp = new Date(clock.nowMs()).toISOString();
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    appendFileSync(this.path, `${JSON.stringify({ ...entry, timestamp, sessionId })}\n`, {
      mode: 0o600,
    });
  }
}

const Said = Type.Object({
  type: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
  message: Type.Object({
    content: Type.Union([
      Type.String(),
      Type.Array(Type.Object({ type: Type.String(), text: Type.Optional(Type.String()) })),
    ]),
  }),
});

function drawn(line: unknown): readonly string[] {
  if (!Value.Check(Said, line)) return [];
  const { content } = line.message;
  const texts = typeof content === 'string' ? [content] : content.flatMap(({ text }) => text ?? []);
  const mark = line.type === 'user' ? '❯' : '●';
  return texts.filter((text) => !/^[<[]/.test(text)).map((text) => `${mark} ${text}`);
}

function pathOf({ configDirectory, directory, sessionId, agentId }: TranscriptOptions): string {
  const project = join(configDirectory, 'projects', directory.replaceAll(/[^A-Za-z0-9]/g, '-'));
  if (agentId === undefined) return join(project, `${sessionId}.jsonl`);
  return join(project, sessionId, 'subagents', `agent-${agentId}.jsonl`);
}
