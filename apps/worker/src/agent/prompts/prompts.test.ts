/** A queue of prompts from its first to its last word, with an agent that the tests play. */
import { randomUUID } from 'node:crypto';
import { PROMPT_BYTES_MAX } from '@dashboard/protocol/limits';
import type { QueuedPrompt } from '@dashboard/protocol/prompts';
import { describe, expect, test } from 'vitest';
import {
  ENTER_AFTER_MS,
  PROMPTS_ACCEPTED_MAX,
  PROMPTS_WAITING_MAX,
  TAKEN_WITHIN_MS,
  TYPING_PAUSE_MS,
} from '../limits.ts';
import { ASKER, play, SESSION, type Played } from './prompts.fixture.ts';

const pasted = (text: string): string => `\x1b[200~${text}\x1b[201~`;
const ENTER_MS = ENTER_AFTER_MS + 10;

function states({ prompts }: Played): readonly string[] {
  return prompts.list(SESSION).map(({ text, state }) => `${text} ${state}`);
}

function newest({ prompts }: Played): QueuedPrompt | undefined {
  return prompts.list(SESSION).at(-1);
}

describe('giving', () => {
  test('waits for an idle agent, pastes, and presses Enter a moment later', async () => {
    const played = await play();
    played.queue('fix it');
    for (const ground of ['busy', 'dialog', 'held'] as const) {
      played.see(ground, { sinceMs: played.clock.nowMs() + 1 });
    }
    expect(played.written).toEqual([]);
    played.see('clear');
    expect(played.written).toEqual([pasted('fix it')]);
    expect(states(played)).toEqual(['fix it sent']);
    played.clock.advance(149);
    expect(played.written).toHaveLength(1);
    played.clock.advance(ENTER_MS);
    expect(played.written).toEqual([pasted('fix it'), '\r']);
    played.see('busy', { took: 'fix it' });
    expect(states(played)).toEqual(['fix it accepted']);
    expect(newest(played)?.note).toBeNull();
    expect(played.failures).toEqual([]);
  });

  test('gives one after the other, in their order, and none while one is on its way', async () => {
    const played = await play();
    played.queue('one');
    played.queue('two');
    played.see('clear');
    played.see('clear');
    await played.pass(ENTER_MS, 'clear');
    expect(played.written).toEqual([pasted('one'), '\r']);
    played.see('busy', { took: 'one' });
    expect(played.written).toHaveLength(2);
    played.see('clear');
    expect(played.written.slice(2)).toEqual([pasted('two')]);
  });

  test('waits while somebody types, and with Enter until the paste is read', async () => {
    const played = await play();
    played.queue('fix it');
    played.to.untypedMs = TYPING_PAUSE_MS - 1;
    played.see('clear');
    expect(played.written).toEqual([]);
    played.to.untypedMs = TYPING_PAUSE_MS;
    played.to.hasReadAll = false;
    played.see('clear');
    await played.pass(10 * ENTER_MS, 'clear');
    expect(played.written).toEqual([pasted('fix it')]);
    played.to.hasReadAll = true;
    played.see('clear');
    expect(played.written).toEqual([pasted('fix it'), '\r']);
  });

  test('never presses Enter into a dialog that opens between the two', async () => {
    const played = await play();
    played.queue('fix it');
    played.see('clear');
    played.see('dialog');
    await played.pass(60_000, 'dialog');
    expect(played.written).toEqual([pasted('fix it')]);
    played.see('clear');
    expect(played.written.at(-1)).toBe('\r');
  });

  test('presses Enter once more when nothing came of it, then asks a person, and pastes never again', async () => {
    const played = await play();
    played.queue('fix it');
    played.see('clear');
    await played.pass(ENTER_MS, 'clear');
    await played.pass(TAKEN_WITHIN_MS - ENTER_MS, 'clear');
    expect(played.written).toEqual([pasted('fix it'), '\r']);
    await played.pass(ENTER_MS, 'clear');
    expect(played.written).toEqual([pasted('fix it'), '\r', '\r']);
    await played.pass(TAKEN_WITHIN_MS, 'busy'); // it may be busy with this very prompt
    expect(states(played)).toEqual(['fix it sent']);
    await played.pass(1, 'clear');
    expect(states(played)).toEqual(['fix it unconfirmed']);
    played.queue('next');
    await played.pass(60_000, 'clear');
    expect(played.written).toHaveLength(3);
    played.see('busy', { took: 'fix it' }); // late, and yet
    expect(states(played)).toEqual(['fix it accepted', 'next queued']);
  });

  test('believes what the agent wrote down where its hook was not heard', async () => {
    const played = await play();
    played.queue('fix it');
    played.see('clear');
    await played.pass(ENTER_MS, 'busy');
    played.noted.push('fix it');
    await played.pass(1_000, 'busy');
    expect(newest(played)).toMatchObject({ state: 'accepted', note: 'Its transcript has it.' });
    expect(played.written).toHaveLength(2);
  });

  test('a command of the agent gets one Enter: a second could answer what it opened', async () => {
    const played = await play();
    played.queue('/model');
    played.see('clear');
    await played.pass(ENTER_MS, 'clear');
    await played.pass(TAKEN_WITHIN_MS, 'clear');
    expect(played.written).toEqual([pasted('/model'), '\r']);
    expect(newest(played)?.state).toBe('unconfirmed');
  });

  test('after an interrupt only what a person wanted since then is given, into an empty box', async () => {
    const played = await play();
    played.queue('what waited before');
    const prompt = played.queue('fix it');
    const interrupted = { sinceMs: played.clock.nowMs() + 500, isInterrupted: true };
    played.clock.advance(1_000);
    played.see('held', interrupted);
    expect(played.written).toEqual([]);
    const which = { session: SESSION, id: prompt.id };
    played.prompts.change(which, { what: 'text', text: 'fix that' }, ASKER);
    expect(played.written).toEqual([expect.stringMatching(/^\x15+$/)]);
    played.clock.advance(ENTER_MS);
    expect(played.written.at(1)).toBe(pasted('fix that'));
    played.see('busy', { took: 'fix that' });
    played.see('clear');
    expect(played.written.at(-1)).toBe(pasted('what waited before'));
  });

  test('when the program ends what was on its way is for a person, and the others wait', async () => {
    const played = await play();
    played.queue('one');
    played.queue('two');
    played.see('clear');
    played.to.isRunning = false;
    await played.pass(0, 'busy', { isOver: true });
    expect(states(played)).toEqual(['one unconfirmed', 'two queued']);
  });

  test('a program that tells nothing is given one when it is silent, and goes on when it took it', async () => {
    const played = await play();
    played.queue('fix it');
    const drew = (): number => played.clock.monotonicMs();
    played.see('clear', { drewAtMs: drew() });
    expect(played.written).toEqual([]);
    const drewAtMs = drew();
    played.clock.advance(2_000);
    played.see('clear', { drewAtMs });
    expect(played.written).toEqual([pasted('fix it')]);
    played.clock.advance(ENTER_MS);
    expect(played.written.at(-1)).toBe('\r');
    played.clock.advance(50);
    played.see('clear', { drewAtMs: drew() });
    expect(newest(played)?.state).toBe('accepted');
  });
});

describe('a worker that comes after another', () => {
  test('presses the Enter that is missing, and does not paste again', async () => {
    const before = await play();
    before.queue('fix it');
    before.see('clear');
    const played = await before.restarted();
    await played.pass(0, 'clear');
    await played.pass(ENTER_MS, 'clear');
    expect(played.written).toEqual(['\r']);
    played.see('busy', { took: 'fix it' });
    expect(states(played)).toEqual(['fix it accepted']);
  });

  test('sees in the notes of the agent what it took meanwhile', async () => {
    const before = await play();
    before.queue('fix it');
    before.see('clear');
    before.clock.advance(ENTER_MS);
    const played = await before.restarted();
    played.noted.push('fix it');
    await played.pass(0, 'clear');
    expect(played.written).toEqual([]);
    expect(states(played)).toEqual(['fix it accepted']);
  });

  test('knows what waits, in its order', async () => {
    const before = await play();
    const [, second] = ['one', 'two', 'three'].map((text) => before.queue(text));
    if (second === undefined) throw new Error('nothing is queued');
    before.prompts.change(
      { session: SESSION, id: second.id },
      { what: 'place', before: null },
      ASKER,
    );
    const played = await before.restarted();
    expect(states(played)).toEqual(['one queued', 'three queued', 'two queued']);
  });
});

describe('what people may do', () => {
  test('the same id queues one prompt, and another text under it is refused', async () => {
    const played = await play();
    const id = randomUUID();
    const first = played.queue('fix it', id);
    expect(played.queue('fix it', id)).toEqual(first);
    expect(() => played.queue('other', id)).toThrow(expect.objectContaining({ code: 'conflict' }));
    played.prompts.withdraw({ session: SESSION, id: first.id }, ASKER);
    played.prompts.withdraw({ session: SESSION, id: first.id }, ASKER);
    expect(() => played.queue('fix it', id)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(played.events.map(({ type }) => type)).toEqual(['prompt', 'prompt_removed']);
  });

  test('prompts change their places, again and again', async () => {
    const played = await play();
    const [one, two, three] = ['one', 'two', 'three'].map((text) => played.queue(text));
    if (one === undefined || two === undefined || three === undefined) throw new Error('none');
    for (let turn = 0; turn < 80; turn++) {
      const [moved, before] = turn % 2 === 0 ? [three, two] : [two, three];
      const change = { what: 'place', before: before.id } as const;
      played.prompts.change({ session: SESSION, id: moved.id }, change, ASKER);
      const order = played.prompts.list(SESSION).map(({ id }) => id);
      expect(order).toEqual([one.id, moved.id, before.id]);
    }
  });

  test('what is on its way is changed no more, and what is in doubt is given again on a wish', async () => {
    const played = await play();
    const prompt = played.queue('fix it');
    const which = { session: SESSION, id: prompt.id };
    const again = { what: 'again' } as const;
    const sent = expect.objectContaining({ code: 'prompt_sent' });
    expect(() => played.prompts.change(which, again, ASKER)).toThrow(sent);
    played.see('clear');
    expect(() => played.prompts.change(which, { what: 'text', text: 'x' }, ASKER)).toThrow(sent);
    expect(() => played.prompts.withdraw(which, ASKER)).toThrow(sent);
    await played.pass(ENTER_MS, 'clear');
    await played.pass(TAKEN_WITHIN_MS, 'clear');
    await played.pass(TAKEN_WITHIN_MS, 'clear');
    expect(newest(played)?.state).toBe('unconfirmed');
    played.prompts.change(which, again, ASKER);
    expect(played.written.filter((text) => text === pasted('fix it'))).toHaveLength(2);
  });

  test('everything has a limit', async () => {
    const played = await play();
    expect(() => played.queue('é'.repeat(PROMPT_BYTES_MAX / 2 + 1))).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    );
    for (let count = 0; count < PROMPTS_WAITING_MAX; count++) played.queue(`number ${count}`);
    expect(() => played.queue('one more')).toThrow(
      expect.objectContaining({ code: 'too_many_prompts' }),
    );
    for (let count = 0; count < PROMPTS_WAITING_MAX; count++) {
      played.see('clear');
      played.see('busy', { took: `number ${count}` });
    }
    for (let count = 0; count < 3; count++) {
      played.queue(`later ${count}`);
      played.see('clear');
      played.see('busy', { took: `later ${count}` });
    }
    const { prompts } = await played.restarted();
    expect(prompts.list(SESSION)).toHaveLength(5);
    expect(PROMPTS_ACCEPTED_MAX).toBeLessThan(PROMPTS_WAITING_MAX + 3);
  });

  test('a program that takes none, one that has ended and one that is not there have no queue', async () => {
    const played = await play();
    played.to.takesPrompts = false;
    expect(() => played.queue('x')).toThrow(expect.objectContaining({ code: 'takes_no_prompts' }));
    played.to.takesPrompts = true;
    played.to.isRunning = false;
    expect(() => played.queue('x')).toThrow(expect.objectContaining({ code: 'session_ended' }));
    const other = SESSION.replace(/.$/, '1') as typeof SESSION;
    expect(() => played.prompts.list(other)).toThrow(
      expect.objectContaining({ code: 'session_not_found' }),
    );
  });
});
