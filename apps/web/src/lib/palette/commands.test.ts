/** What the palette offers to whom. */
import { expect, test } from 'vitest';
import { aSession } from '../fleet/sessions.fixture.ts';
import { pageCommands, sessionCommands, themeCommands } from './commands.ts';
import { Palette } from './palette.svelte.ts';

const nothing = () => undefined;
const ACTS = { go: nothing, startSession: nothing, showKeys: nothing };
const labels = (commands: readonly { label: string }[]) => commands.map(({ label }) => label);

test('who may only look is offered nothing that starts or mends', () => {
  const forObserver = labels(pageCommands({ ...ACTS, mayOperate: false }));
  const forOperator = labels(pageCommands({ ...ACTS, mayOperate: true }));
  const more = forOperator.filter((label) => !forObserver.includes(label));
  expect(more).toEqual(['New session', 'Past conversations', 'Doctor']);
});

test('a session is gone to by name, and found by its directory', () => {
  const gone: string[] = [];
  const session = aSession({ name: 'api', directory: '/home/ann/proj' });
  const [command] = sessionCommands([session], (path) => gone.push(path));
  expect(command).toMatchObject({ label: 'api', keywords: ['/home/ann/proj', session.profile] });
  expect(command?.hint).toContain('~/proj');
  command?.run();
  expect(gone).toEqual([`/sessions/${session.id}`]);
});

test('the theme that is chosen is not offered again', () => {
  expect(labels(themeCommands('dark', nothing))).toEqual(['Light theme', 'Theme of the system']);
});

test('a page that goes takes its commands along, unless the next one has come', () => {
  const palette = new Palette();
  const command = (id: string) => [{ id, label: id, run: nothing }];
  const first = palette.offer(() => command('first'));
  const second = palette.offer(() => command('second'));
  first();
  expect(labels(palette.here)).toEqual(['second']);
  second();
  expect(palette.here).toEqual([]);
});
