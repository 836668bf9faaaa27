/** From an act to the blocks of the model's message that perform it. */
import { choices, firstWord, type Act } from './acts.ts';

export type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | {
      readonly type: 'tool_use';
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

export interface Surroundings {
  /** Names of the tools that the client offers. */
  readonly tools: ReadonlySet<string>;
  /** A client with an output schema of its own wants JSON and nothing else. */
  readonly wantsJson: boolean;
}

type ToolUse = readonly [name: string, input: Readonly<Record<string, unknown>>];

/** @param act undefined when nothing is left to do */
export function contentOf(act: Act | undefined, surroundings: Surroundings): readonly Block[] {
  if (surroundings.wantsJson) return [{ type: 'text', text: '{"title":"A fake title"}' }];
  if (act === undefined) return [{ type: 'text', text: 'Done.' }];
  if (act.verb === 'THINK') {
    return [
      { type: 'thinking', thinking: act.rest },
      { type: 'text', text: 'I have thought about it.' },
    ];
  }
  const use = toolUse(act, surroundings.tools);
  if (use === undefined) return [{ type: 'text', text: act.rest }];
  const [name, input] = use;
  return [
    { type: 'text', text: `I will use ${name}.` },
    { type: 'tool_use', name, input },
  ];
}

function toolUse({ verb, rest }: Act, tools: ReadonlySet<string>): ToolUse | undefined {
  const [first, second] = firstWord(rest);
  switch (verb) {
    case 'BASH':
      return ['Bash', { command: rest, description: 'Run what was asked for' }];
    case 'WRITE':
      return ['Write', { file_path: first, content: `${second}\n` }];
    case 'READ':
      return ['Read', { file_path: first }];
    case 'EDIT': {
      const [before = '', after = ''] = second.split('=>');
      return ['Edit', { file_path: first, old_string: before, new_string: after }];
    }
    case 'ASK':
      return ['AskUserQuestion', { questions: [questionOf(choices(rest))] }];
    case 'TASK':
      // The same tool under its newer and its older name.
      return [
        tools.has('Agent') ? 'Agent' : 'Task',
        { description: 'A part of the work', prompt: rest, subagent_type: 'general-purpose' },
      ];
    case 'PLAN':
      return ['ExitPlanMode', { plan: rest }];
    case 'TODOS':
      return ['TodoWrite', { todos: choices(rest).map(pendingStep) }];
    default:
      return undefined;
  }
}

function questionOf([question = 'Which one?', ...labels]: readonly string[]): unknown {
  const options = labels.length > 1 ? labels : ['Yes', 'No'];
  return {
    question,
    header: 'Choice',
    multiSelect: false,
    options: options.map((label) => ({ label, description: `Take ${label}` })),
  };
}

function pendingStep(content: string): unknown {
  return { content, activeForm: content, status: 'pending' };
}
