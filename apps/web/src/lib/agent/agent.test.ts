/** What is said of an agent: its state, what it does, its figures, what a person has to do. */
import { AGENT_STATE_NAMES, needsPerson } from '@dashboard/protocol/agents';
import { expect, test } from 'vitest';
import { anAgent } from './agent.fixture.ts';
import { bannerWords } from './banner-words.ts';
import { STATE_MARKS } from './state-marks.ts';
import { costWords, fullnessOf, modeWords, sayingOf, stateWords } from './state-words.ts';

const MINUTE_MS = 60_000;

test('what needs a person looks like it, and no two states share a mark or a word', () => {
  const words = AGENT_STATE_NAMES.map((state) => stateWords({ state, dialog: null }));
  const calling = AGENT_STATE_NAMES.filter((state) =>
    ['needs', 'bad'].includes(stateWords({ state, dialog: null }).tone),
  );
  expect(calling).toEqual(AGENT_STATE_NAMES.filter(needsPerson));
  expect(new Set(words.map(({ word }) => word)).size).toBe(AGENT_STATE_NAMES.length);
  expect(new Set(Object.values(STATE_MARKS)).size).toBe(AGENT_STATE_NAMES.length);
});

test('a set-up dialog is called what it asks', () => {
  expect(stateWords({ state: 'setup_blocked', dialog: 'login' }).word).toBe('Login needed');
  expect(stateWords({ state: 'idle', dialog: 'login' }).word).toBe('Idle');
});

test('it says what it does; at rest what it said last, and else why', () => {
  const said = { lastWords: 'All tests pass.' };
  expect(sayingOf(anAgent({ ...said, doing: 'Bash: ls' }))).toEqual({
    text: 'Bash: ls',
    isCode: true,
  });
  expect(sayingOf(anAgent({ ...said, state: 'idle' })).text).toBe('All tests pass.');
  expect(sayingOf(anAgent(said)).text).toBe('Uses Bash.');
  const asking = anAgent({ state: 'needs_answer', doing: 'AskUserQuestion: Which colour?' });
  expect(sayingOf(asking)).toEqual({ text: 'Which colour?', isCode: false });
});

test('figures are short, and what is nearly full says so', () => {
  expect([0, 0.004, 0.42, 12.3].map(costWords)).toEqual(['$0.00', '<$0.01', '$0.42', '$12.30']);
  expect([74, 75, 90].map(fullnessOf)).toEqual(['plenty', 'scarce', 'full']);
});

test('only the mode that asks for nothing is dangerous; a new mode keeps its own name', () => {
  expect(modeWords('bypassPermissions').isDangerous).toBe(true);
  expect(modeWords('plan')).toMatchObject({ label: 'Plan' });
  expect(modeWords('constructor')).toEqual({ label: 'constructor', hint: '' });
});

test('a banner says what to do about a dialog, a limit, a failure and silent hooks', () => {
  const banner = (more: Parameters<typeof anAgent>[0]) => bannerWords(anAgent(more), MINUTE_MS);
  expect(banner({})).toBeUndefined();
  expect(banner({ state: 'setup_blocked', dialog: 'trust' })).toMatchObject({
    title: 'The agent asks whether this directory is trusted.',
    remedy: expect.stringContaining('in the terminal below'),
  });
  const limited = { state: 'limited' } as const;
  expect(banner({ ...limited, limitEndsAtMs: 5 * MINUTE_MS })?.title).toMatch(
    /resets at .*, in 4 min/,
  );
  expect(banner({ ...limited, limitEndsAtMs: 0 })?.title).toContain('has reset since');
  expect(banner(limited)?.title).toContain('until when is unknown');
  expect(banner({ state: 'error', reason: 'API Error: 500' })?.title).toBe('API Error: 500.');
  expect(banner({ hooks: 'inactive' })).toMatchObject({ hasDoctor: true });
});

test('what was dismissed comes again with another cause', () => {
  const first = bannerWords(anAgent({ state: 'error', sinceMs: 1 }), 5)?.cause;
  expect(bannerWords(anAgent({ state: 'error', sinceMs: 1 }), 9)?.cause).toBe(first);
  expect(bannerWords(anAgent({ state: 'error', sinceMs: 7 }), 9)?.cause).not.toBe(first);
});
