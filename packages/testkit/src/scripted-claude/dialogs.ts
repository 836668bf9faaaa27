/** What the agent asks a person in its terminal, and which key means what. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Fields } from './hooks.ts';
import type { Mode } from './options.ts';
import type { Key } from './keyboard.ts';
import type { Status } from './registry.ts';

export interface Answer {
  readonly behavior: 'allow' | 'deny';
  readonly updatedInput?: Fields;
  /** The mode that the agent goes on in. */
  readonly mode?: Mode;
  /** For the model, with a deny that does not end its turn. */
  readonly message?: string;
}

export interface Dialog {
  readonly heading: readonly string[];
  readonly options: readonly { readonly label: string; readonly answer: Answer }[];
  /** Undefined where no session has begun yet, and nobody is told. */
  readonly waitingFor: WaitingFor | undefined;
}

export type WaitingFor = Extract<Status, { status: 'waiting' }>['waitingFor'];

export interface ToolCall {
  readonly tool: string;
  readonly input: Fields;
}

const DENY: Answer = { behavior: 'deny' };
const ALLOW: Answer = { behavior: 'allow' };

const Questions = Type.Object({
  questions: Type.Array(
    Type.Object({
      question: Type.String(),
      options: Type.Array(Type.Object({ label: Type.String() })),
    }),
  ),
});

export function dialogFor(call: ToolCall, from?: string): Dialog {
  if (call.tool === 'AskUserQuestion') return questionDialog(call.input);
  if (call.tool === 'ExitPlanMode') return planDialog(call.input);
  const isBash = call.tool === 'Bash';
  const subject = String(isBash ? call.input['command'] : call.input['file_path']);
  const by = from === undefined ? '' : ` · from the ${from} agent`;
  return {
    heading: [
      isBash ? `Bash command${by}` : call.tool === 'Write' ? 'Create file' : 'Edit file',
      '',
      `  ${subject}`,
      '',
      isBash ? 'Do you want to proceed?' : `Do you want to change ${subject}?`,
    ],
    options: [
      { label: 'Yes', answer: ALLOW },
      isBash
        ? { label: 'Yes, and switch to auto mode', answer: { ...ALLOW, mode: 'auto' } }
        : { label: 'Yes, and accept edits', answer: { ...ALLOW, mode: 'acceptEdits' } },
      { label: 'No', answer: DENY },
    ],
    waitingFor: 'permission prompt',
  };
}

/** Comes before everything else in a directory that nobody has vouched for; "no" is the first choice. */
export function trustDialog(directory: string): Dialog {
  return {
    heading: [
      'Accessing workspace:',
      '',
      directory,
      '',
      'Quick safety check: do you trust it?',
      '',
    ],
    options: [
      { label: 'No, exit', answer: DENY },
      { label: 'Yes, I trust this folder', answer: ALLOW },
    ],
    waitingFor: undefined,
  };
}

function questionDialog(input: Fields): Dialog {
  const [first] = Value.Parse(Questions, input).questions;
  const question = first?.question ?? '';
  return {
    heading: ['☐ Choice', '', question],
    options: (first?.options ?? []).map(({ label }) => ({
      label,
      answer: { ...ALLOW, updatedInput: { ...input, answers: { [question]: label } } },
    })),
    waitingFor: 'input needed',
  };
}

function planDialog(input: Fields): Dialog {
  return {
    heading: ['Ready to code?', "Here is Claude's plan:", '', `  ${String(input['plan'])}`, ''],
    options: [
      { label: 'Yes, and use auto mode', answer: { ...ALLOW, mode: 'auto' } },
      { label: 'Yes, manually approve edits', answer: { ...ALLOW, mode: 'default' } },
      { label: 'Tell Claude what to change', answer: DENY },
    ],
    waitingFor: 'permission prompt',
  };
}

/** An open dialog: which line is picked, and what the person answered. */
export class OpenDialog {
  readonly dialog: Dialog;
  readonly answer: Promise<Answer | 'escape'>;
  #resolve: (answer: Answer | 'escape') => void = () => {};
  #picked = 0;

  constructor(dialog: Dialog) {
    this.dialog = dialog;
    this.answer = new Promise((resolve) => (this.#resolve = resolve));
  }

  lines(): readonly string[] {
    const { heading, options } = this.dialog;
    const labels = options.map(({ label }, index) => {
      const number = this.dialog.waitingFor === undefined ? '' : `${index + 1}. `;
      return `${index === this.#picked ? '❯' : ' '} ${number}${label}`;
    });
    return [...heading, ...labels, '', 'Esc to cancel'];
  }

  press(key: Key): void {
    const { options } = this.dialog;
    if (key === 'up') this.#picked = Math.max(0, this.#picked - 1);
    if (key === 'down') this.#picked = Math.min(options.length - 1, this.#picked + 1);
    if (key === 'enter') this.#choose(this.#picked);
    if (key === 'escape' || key === 'interrupt') this.#resolve('escape');
  }

  /** Digits choose; any other text, pasted or typed, is lost: as it is there. */
  type(text: string): void {
    if (/^\d$/.test(text)) this.#choose(Number(text) - 1);
  }

  #choose(index: number): void {
    const answer = this.dialog.options[index]?.answer;
    if (answer !== undefined) this.#resolve(answer);
  }
}
