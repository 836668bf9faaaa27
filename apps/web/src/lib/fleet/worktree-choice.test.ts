/** What is wished of a worktree, by what the repository has. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { apiThat } from '../api/api.fixture.ts';
import { WorktreeChoice } from './worktree-choice.svelte.ts';

const REPOSITORY = { isRepository: true, current: 'main', branches: ['main', 'old'] };

function aChoice(answer: () => unknown = () => REPOSITORY) {
  const { api, asked } = apiThat(answer);
  const clock = new ManualClock();
  const choice = new WorktreeChoice({ api, clock, name: () => 'Fix the login!' });
  const rest = async (directory: string) => {
    choice.lookAt(directory);
    clock.advance(1_000);
    await expect.poll(() => asked.length).toBeGreaterThan(0);
  };
  return { asked, choice, clock, rest };
}

test('nothing is wished until a person wants it, and then the branch is named after the session', async () => {
  const { choice, rest } = aChoice();
  await rest('/srv/shop');
  await expect.poll(() => choice.isOffered).toBe(true);
  expect(choice.wish).toBeUndefined();
  choice.isWanted = true;
  expect(choice.wish).toEqual({ branch: 'fix-the-login' });
  choice.base = 'old';
  expect(choice.wish).toEqual({ branch: 'fix-the-login', base: 'old' });
});

test('a branch that exists, or no name of one, is not started with', async () => {
  const { choice, rest } = aChoice();
  await rest('/srv/shop');
  await expect.poll(() => choice.isOffered).toBe(true);
  choice.isWanted = true;
  for (const branch of ['main', '-x', 'a b', '']) {
    choice.setBranch(branch);
    expect(choice.isReady).toBe(false);
  }
  choice.setBranch('new');
  expect(choice.isReady).toBe(true);
});

test('where there is no repository nothing is wished and nothing stands in the way', async () => {
  const { choice, rest } = aChoice(() => ({ isRepository: false, current: null, branches: [] }));
  choice.isWanted = true;
  choice.setBranch('-x');
  await rest('/srv');
  await expect.poll(() => choice.repository?.isRepository).toBe(false);
  expect(choice.isReady).toBe(true);
  expect(choice.wish).toBeUndefined();
});

test('a directory that is passed by is not asked about', () => {
  const { asked, choice, clock } = aChoice();
  choice.lookAt('/srv');
  choice.lookAt('');
  clock.advance(1_000);
  expect(asked).toEqual([]);
});
