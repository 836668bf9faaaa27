/** The doctor's report in the page: its verdict, its commands, and a worker that does not answer. */
import type { DoctorCheck } from '@dashboard/protocol/doctor';
import { DashboardError } from '@dashboard/protocol/errors';
import { expect, test } from 'vitest';
import { apiThat } from '../api/api.fixture.ts';
import { textParts, verdict } from './check-words.ts';
import { Doctor } from './doctor.svelte.ts';

const check = (outcome: DoctorCheck['outcome']): DoctorCheck => ({
  ...{ name: 'tmux', outcome, words: 'tmux 3.3a', remedy: null },
});

test('the verdict names what failed before what could be better', () => {
  expect(verdict([check('ok'), check('unknown')])).toBe('Everything that is needed is there.');
  expect(verdict([check('ok'), check('warning')])).toMatch(/1 could be better/);
  expect(verdict([check('failed'), check('warning')])).toBe('1 of 2 checks failed.');
});

test('a command is what stands between backticks', () => {
  expect(textParts('Update it: `claude update`')).toEqual([
    { text: 'Update it: ', isCommand: false },
    { text: 'claude update', isCommand: true },
  ]);
  expect(textParts('no command, one ` alone')).toEqual([
    { text: 'no command, one ` alone', isCommand: false },
  ]);
});

test('a failed look keeps what was found before', async () => {
  const answers: unknown[] = [
    { checks: [check('failed'), check('ok')] },
    new DashboardError('worker_unavailable', 'no worker'),
  ];
  const { api } = apiThat(() => answers.shift());
  const doctor = new Doctor(api);
  await doctor.look();
  expect(doctor.failed).toHaveLength(1);
  await doctor.look();
  expect([doctor.failure?.title, doctor.failed.length, doctor.isLooking]).toEqual([
    'No worker.',
    1,
    false,
  ]);
});
