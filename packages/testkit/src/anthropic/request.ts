/** A request for a message as far as the fake model understands it, and what it is to do next. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { actsOf, type Act } from './acts.ts';

const Block = Type.Object({
  type: Type.String(),
  text: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
});
const Message = Type.Object({
  role: Type.String(),
  content: Type.Union([Type.String(), Type.Array(Block)]),
});
const MessagesRequest = Type.Object({
  model: Type.String(),
  messages: Type.Array(Message),
  system: Type.Optional(Type.Union([Type.String(), Type.Array(Block)])),
  stream: Type.Optional(Type.Boolean()),
  tools: Type.Optional(Type.Array(Type.Object({ name: Type.Optional(Type.String()) }))),
  output_config: Type.Optional(Type.Unknown()),
  metadata: Type.Optional(Type.Object({ user_id: Type.Optional(Type.String()) })),
});
export type MessagesRequest = Static<typeof MessagesRequest>;

export function parseMessagesRequest(text: string): MessagesRequest {
  return Value.Parse(MessagesRequest, JSON.parse(text));
}

export interface Turn {
  /** What the person, or the agent above a subagent, asked for last. */
  readonly prompt: string;
  /** Undefined once all acts of the prompt are done. */
  readonly act: Act | undefined;
}

/** The endpoint remembers nothing: how many acts are done stands in the conversation. */
export function turnOf({ messages }: MessagesRequest, text: string): Turn {
  const at = messages.findLastIndex((message) => promptIn(message) !== undefined);
  const last = messages[at];
  const prompt = (last && promptIn(last)) ?? '';
  const done = messages.slice(at + 1).filter(({ role }) => role === 'assistant').length;
  return { prompt, act: actsOf(prompt).flatMap((act) => stepsOf(act, text))[done] };
}

/** In plan mode the client names a file; what it asks a person to accept is what stands in there. */
function stepsOf(act: Act, text: string): readonly Act[] {
  if (act.verb !== 'PLAN') return [act];
  const [file] = /[\w./-]*\/plans\/[\w.-]+\.md/.exec(text) ?? [];
  return file === undefined ? [act] : [{ verb: 'WRITE', rest: `${file} ${act.rest}` }, act];
}

/**
 * The text of a message that a person wrote, without what the client adds. A client puts what
 * belongs to one turn of the user's into one message: results of tools, a note that they were cut
 * off, earlier prompts that never got an answer. The last text is the one that asks.
 */
function promptIn({ role, content }: Static<typeof Message>): string | undefined {
  if (role !== 'user') return undefined;
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const texts = blocks.flatMap(({ type, text = '' }) => (type === 'text' ? [text] : []));
  return texts
    .map(withoutReminders)
    .findLast((text) => text !== '' && !text.startsWith(INTERRUPTED));
}

const INTERRUPTED = '[Request interrupted by user';

function withoutReminders(text: string): string {
  return text.replaceAll(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
}
