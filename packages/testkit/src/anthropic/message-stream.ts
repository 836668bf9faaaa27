/** A message as the Messages API streams it: Server-Sent Events, block by block. */
import type { Block } from './content.ts';
import { usageOf, type Tokens } from './charge.ts';

export interface Answer {
  readonly messageId: string;
  readonly model: string;
  readonly blocks: readonly Block[];
  readonly atStart: Tokens;
  readonly outputTokens: number;
}

export type StreamEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** Pieces in which text and input arrive, so that a client has something to put together. */
const PIECE_CHARS = 24;

export function startOf({ messageId, model, atStart }: Answer): StreamEvent {
  return { type: 'message_start', message: messageOf(messageId, model, usageOf(atStart)) };
}

export function blockEvents({ messageId, blocks }: Answer): readonly StreamEvent[] {
  return blocks.flatMap((block, index) => [
    {
      type: 'content_block_start',
      index,
      content_block: emptied(block, toolUseId(messageId, index)),
    },
    ...deltasOf(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]);
}

export function endOf({ blocks, outputTokens, atStart }: Answer): readonly StreamEvent[] {
  return [
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason(blocks), stop_sequence: null },
      usage: usageOf({ ...atStart, outputTokens }),
    },
    { type: 'message_stop' },
  ];
}

/** The same message for a client that did not ask for a stream. */
export function wholeMessage({ messageId, model, blocks, ...answer }: Answer): unknown {
  const usage = usageOf({ ...answer.atStart, outputTokens: answer.outputTokens });
  return {
    ...messageOf(messageId, model, usage),
    content: blocks.map((block, index) =>
      block.type === 'tool_use' ? { ...block, id: toolUseId(messageId, index) } : block,
    ),
    stop_reason: stopReason(blocks),
  };
}

export function encode(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function emptied(block: Block, id: string): Record<string, unknown> {
  if (block.type === 'tool_use') return { type: 'tool_use', id, name: block.name, input: {} };
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  return { type: 'text', text: '' };
}

function deltasOf(block: Block): readonly Record<string, unknown>[] {
  if (block.type === 'tool_use') {
    return pieces(JSON.stringify(block.input)).map((partial_json) => {
      return { type: 'input_json_delta', partial_json };
    });
  }
  if (block.type === 'text') {
    return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
  }
  return [
    ...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
    { type: 'signature_delta', signature: 'c2lnbmF0dXJl' },
  ];
}

function pieces(text: string): readonly string[] {
  const characters = Array.from(text);
  const count = Math.ceil(characters.length / PIECE_CHARS);
  return Array.from({ length: count }, (_each, index) =>
    characters.slice(index * PIECE_CHARS, (index + 1) * PIECE_CHARS).join(''),
  );
}

function toolUseId(messageId: string, index: number): string {
  return `toolu_${messageId}_${index}`;
}

function messageOf(id: string, model: string, usage: unknown): Record<string, unknown> {
  const empty = { content: [], stop_reason: null, stop_sequence: null };
  return { id, type: 'message', role: 'assistant', model, ...empty, usage };
}

function stopReason(blocks: readonly Block[]): string {
  return blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn';
}
