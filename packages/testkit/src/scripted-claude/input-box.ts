/** The line that a person writes, and what is drawn below the conversation. */
import type { Input } from './keyboard.ts';
import type { World } from './world.ts';

const MODE_LABELS: Readonly<Record<World['mode'], string>> = {
  default: '⏸ manual mode on',
  acceptEdits: '⏵⏵ accept edits on',
  plan: '⏸ plan mode on',
  auto: '⏵⏵ auto mode on',
  bypassPermissions: '⏵⏵ bypass permissions on',
};

export class InputBox {
  text = '';

  /** @returns the prompt once it is handed in */
  receive(input: Input): string | undefined {
    if (input.type !== 'key') this.text += input.text;
    else if (input.key === 'newline') this.text += '\n';
    else if (input.key === 'backspace') this.text = this.text.slice(0, -1);
    else if (input.key === 'clear-line') this.text = '';
    else if (input.key === 'enter') return this.#handIn();
    return undefined;
  }

  #handIn(): string | undefined {
    const prompt = this.text.trim();
    this.text = '';
    return prompt === '' ? undefined : prompt;
  }
}

export interface Bottom {
  readonly world: World;
  readonly name: string;
  readonly box: InputBox;
  readonly queued: readonly string[];
}

/** What is drawn again whenever something changed. */
export function bottomLines({ world, name, box, queued }: Bottom): readonly string[] {
  const { activity, screen, statusLine, mode } = world;
  const rule = '─'.repeat(Math.max(0, screen.cols - 1));
  const { dialog } = activity;
  if (dialog !== undefined) return [rule, ...dialog.lines().map((line) => ` ${line}`)];
  const isBusy = activity.status.status === 'busy';
  const lines = box.text === '' && queued.length > 0 ? ['Press up to edit queued messages'] : [];
  const [first = '', ...more] = lines.length > 0 ? lines : box.text.split('\n');
  return [
    ...queued.map((prompt) => `❯ ${prompt.split('\n')[0] ?? ''}  (queued)`),
    ...(isBusy ? ['✢ Working…'] : []),
    `${rule.slice(name.length + 3)} ${name} ─`,
    `❯ ${first}`,
    ...more.map((line) => `  ${line}`),
    rule,
    ...(statusLine.text === '' ? [] : [`  ${statusLine.text}`]),
    `  ${MODE_LABELS[mode]}${isBusy ? ' · esc to interrupt' : ''}`,
  ];
}
