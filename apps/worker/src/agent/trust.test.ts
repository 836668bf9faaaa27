/** S44: which key is pressed for which screen: the dialog of 2.1.331, those before it, and others. Others: CVE-2025-65099, CVE-2026-21852, CVE-2026-25725. */
import type { AgentStatus } from '@dashboard/protocol/agents';
import { systemClock } from '@dashboard/runtime/clock';
import { expect, test } from 'vitest';
import { beginning } from './state/index.ts';
import { nextStep, vouch } from './trust.ts';

const ABOVE = [' Claude Code will be able to read, edit, and execute files here.', ''];
const BELOW = ['', ' Enter to confirm · Esc to cancel'];
const dialog = (...choices: readonly string[]) => [...ABOVE, ...choices, ...BELOW];

test.each([
  ['down', dialog(' ❯ No, exit', '   Yes, I trust this folder')],
  ['enter', dialog('   No, exit', ' ❯ Yes, I trust this folder')],
  ['up', dialog('   1. Yes, I trust this folder', ' ❯ 2. No, exit')],
  ['enter', dialog(' ❯ 1. Yes, proceed', '   2. No, exit')],
  ['unclear', dialog(' ❯ No, exit', '   Maybe')],
  ['unclear', dialog('   No, exit', '   Yes, I trust this folder')],
  ['unclear', [...dialog('   No, exit', ' ❯ Yes, I trust this folder'), '❯ typed']],
  ['unclear', ['❯ something', '', '', '', '', ...dialog('   Yes, I trust this folder')]],
  ['unclear', dialog(' ❯ Yes, I trust this folder and all others')],
  ['unclear', []],
])('%s', (step, rows) => {
  expect(nextStep(rows)).toBe(step);
});

function status(more: Partial<AgentStatus>): AgentStatus {
  return { ...beginning(0, true).status, ...more };
}

test('nothing is pressed where nobody asks', async () => {
  const pressed: Uint8Array[] = [];
  const press = (keys: Uint8Array): void => void pressed.push(keys);
  for (const agent of [null, status({}), status({ state: 'setup_blocked', dialog: 'api_key' })]) {
    const preview = dialog('   No, exit', ' ❯ Yes, I trust this folder');
    const look = () => ({ preview, agent });
    await expect(vouch({ clock: systemClock, look, press })).rejects.toMatchObject({
      code: 'conflict',
    });
  }
  expect(pressed).toEqual([]);
});

test('yes is chosen step by step, one key for each screen that is seen', async () => {
  const pressed: string[] = [];
  let looks = 0;
  let agent = status({ state: 'setup_blocked', dialog: 'trust' });
  let choices = [' ❯ No, exit', '   Yes, I trust this folder'];
  const press = (keys: Uint8Array): void => void pressed.push(new TextDecoder().decode(keys));
  const look = () => {
    looks++;
    // Each key is drawn only some looks later.
    if (looks === 5) choices = ['   No, exit', ' ❯ Yes, I trust this folder'];
    if (looks === 9) agent = status({ state: 'starting' });
    return { preview: dialog(...choices), agent };
  };
  await vouch({ clock: systemClock, look, press });
  expect(pressed).toEqual(['\u001b[B', '\r']);
});
