/** What a person is shown of a question, and what each answer makes the hook print. */
import { Approval, type ApprovalAnswer } from '@dashboard/protocol/approvals';
import { APPROVAL_TEXT_CHARS_MAX } from '@dashboard/protocol/limits';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { printed, Scene, settle } from './approvals.fixture.ts';

function shown(tool_name: string, tool_input: object, more: object = {}): Approval | undefined {
  const scene = new Scene();
  scene.ask({ tool_name, tool_input, ...more });
  return scene.approvals.all()[0];
}

async function decided(body: object, answer: ApprovalAnswer): Promise<unknown> {
  const scene = new Scene();
  const hook = scene.ask(body);
  scene.answer(answer);
  await settle();
  return hook.printed;
}

describe('what is shown', () => {
  test('a command is shown whole, with what cannot be seen made visible', () => {
    const command = 'echo a \\\n\t&& rm -rf \u202e\u200b/\u001b[2K';
    expect(shown('Bash', { command, description: 'Say a' })?.subject).toEqual({
      is: 'command',
      command: {
        text: 'echo a \\\n\t&& rm -rf \\u{202e}\\u{200b}/\\u{1b}[2K',
        cutChars: 0,
      },
      description: 'Say a',
    });
  });

  test('what is too long is cut, and it is said how much', () => {
    const command = 'x'.repeat(APPROVAL_TEXT_CHARS_MAX + 7);
    expect(shown('Bash', { command })?.subject).toMatchObject({
      command: { text: 'x'.repeat(APPROVAL_TEXT_CHARS_MAX), cutChars: 7 },
    });
    const escapes = '\u001b'.repeat(APPROVAL_TEXT_CHARS_MAX);
    expect(shown('Bash', { command: escapes })?.subject).toMatchObject({
      command: { cutChars: '\\u{1b}'.length * APPROVAL_TEXT_CHARS_MAX - APPROVAL_TEXT_CHARS_MAX },
    });
  });

  test('an edit, a file, and whatever else', () => {
    const edit = { file_path: '/srv/a.ts', old_string: 'a', new_string: 'b', replace_all: true };
    expect(shown('Edit', edit)?.subject).toEqual({
      ...{ is: 'edit', path: '/srv/a.ts', isEverywhere: true },
      ...{ before: { text: 'a', cutChars: 0 }, after: { text: 'b', cutChars: 0 } },
    });
    expect(shown('Write', { file_path: '/srv/b', content: 'c' })?.subject).toMatchObject({
      ...{ is: 'write', path: '/srv/b', content: { text: 'c' } },
    });
    expect(shown('mcp__x__y', { deep: { er: 1 } })?.subject).toMatchObject({
      ...{ is: 'other', input: { text: '{\n  "deep": {\n    "er": 1\n  }\n}' } },
    });
  });

  test('a field that nobody knows is not left out', () => {
    const input = { command: 'ls', dangerouslyDisableSandbox: true };
    const subject = shown('Bash', input)?.subject;
    expect(subject).toMatchObject({ is: 'other' });
    expect(JSON.stringify(subject)).toContain('dangerouslyDisableSandbox');
  });

  test('only suggestions that can be said in words, and none that ends all questions', () => {
    const addRules = { type: 'addRules', behavior: 'allow', destination: 'localSettings' };
    const approval = shown(
      'Bash',
      { command: 'npm test' },
      {
        permission_suggestions: [
          { ...addRules, rules: [{ toolName: 'Bash', ruleContent: 'npm test:*' }] },
          { ...addRules, rules: [{ toolName: 'WebFetch' }], destination: 'userSettings' },
          { type: 'setMode', mode: 'bypassPermissions', destination: 'session' },
          { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
          { type: 'addDirectories', directories: ['/srv/x'], destination: 'session' },
          { ...addRules, rules: [{ toolName: 'Bash', ruleContent: 'x'.repeat(400) }] },
          { ...addRules, rules: [{ toolName: 'Bash' }], behavior: 'deny' },
          { ...addRules, rules: [{ toolName: 'Bash' }], more: true },
          { type: 'removeRules', rules: [{ toolName: 'Bash' }], destination: 'session' },
          'nonsense',
        ],
      },
    );
    expect(approval?.suggestions).toEqual([
      { label: 'Always allow Bash(npm test:*)', scope: 'project_local' },
      { label: 'Always allow every use of WebFetch', scope: 'user' },
      { label: 'Accept edits without asking', scope: 'session' },
      { label: 'Allow access to /srv/x', scope: 'session' },
    ]);
  });

  test('whatever a hook tells, what is shown is of the form that the page expects', () => {
    const tool = fc.constantFrom('Bash', 'Edit', 'Write', 'AskUserQuestion', 'ExitPlanMode', 'x');
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    const input = fc.record(
      {
        ...{ command: text, file_path: text, old_string: text, new_string: text, content: text },
        ...{ plan: text, more: fc.jsonValue() },
        questions: fc.array(
          fc.record({ question: text, options: fc.array(fc.record({ label: text })) }),
        ),
      },
      { requiredKeys: [] },
    );
    const told = fc.record({
      tool_name: tool,
      tool_input: input,
      permission_suggestions: fc.array(fc.jsonValue()),
      ...{ cwd: text, agent_id: text, agent_type: text },
    });
    fc.assert(
      fc.property(told, ({ tool_name, tool_input, ...more }) => {
        const approval = shown(tool_name, tool_input, more);
        if (approval !== undefined) expect(Value.Errors(Approval, approval)).toEqual([]);
      }),
    );
  });
});

describe('what the hook prints', () => {
  const rule = {
    ...{ type: 'addRules', rules: [{ toolName: 'Bash', ruleContent: 'npm test' }] },
    ...{ behavior: 'allow', destination: 'session' },
  };
  const bash = { tool_name: 'Bash', tool_input: { command: 'x' }, permission_suggestions: [rule] };

  test('a suggestion is given back as it came', async () => {
    expect(await decided(bash, { verdict: 'allow', suggestion: 0 })).toEqual(
      printed({ behavior: 'allow', updatedPermissions: [rule] }),
    );
    expect(await decided(bash, { verdict: 'allow' })).toEqual(printed({ behavior: 'allow' }));
  });

  test('a denial has words for the agent, also where the person has none', async () => {
    expect(await decided(bash, { verdict: 'deny' })).toMatchObject(
      printed({ behavior: 'deny', message: expect.stringContaining('denied') as string }),
    );
  });

  const colours = {
    question: 'Which  colours?',
    options: [{ label: 'red' }, { label: 'deep  blue' }],
    multiSelect: true,
  };
  const size = { question: 'Which size?', options: [{ label: 'S' }, { label: 'M' }] };
  const ask = { tool_name: 'AskUserQuestion', tool_input: { questions: [colours, size] } };

  test('answers stand beside the questions, in the words in which they were asked', async () => {
    const answers = [['red', 'deep blue'], ['as you like']];
    expect(await decided(ask, { verdict: 'answer', answers })).toEqual(
      printed({
        behavior: 'allow',
        updatedInput: {
          questions: [colours, size],
          answers: { 'Which  colours?': 'red, deep  blue', 'Which size?': 'as you like' },
        },
      }),
    );
  });

  test.each<ApprovalAnswer>([
    { verdict: 'allow' },
    { verdict: 'answer', answers: [['red']] },
    { verdict: 'answer', answers: [['red'], ['S', 'M']] },
  ])('%j is no answer to two questions', async (answer) => {
    await expect(decided(ask, answer)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('a plan is accepted with its input given back, and in a mode that still asks', async () => {
    const plan = { tool_name: 'ExitPlanMode', tool_input: { plan: '# First', more: 1 } };
    const mode = (name: string): object => ({
      ...{ behavior: 'allow', updatedInput: plan.tool_input },
      updatedPermissions: [{ type: 'setMode', mode: name, destination: 'session' }],
    });
    expect(await decided(plan, { verdict: 'allow' })).toEqual(printed(mode('default')));
    expect(await decided(plan, { verdict: 'allow', suggestion: 0 })).toEqual(
      printed(mode('acceptEdits')),
    );
    expect(await decided(plan, { verdict: 'deny', message: 'smaller' })).toEqual(
      printed({ behavior: 'deny', message: 'smaller' }),
    );
  });
});
