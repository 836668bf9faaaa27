/** The real Claude Code behaves as the dashboard believes. In a lane of its own: see CONTRIBUTING.md. */
import { isOnLoopbackOnly } from '@dashboard/testkit/claude-home';
import { expect, test } from 'vitest';
import { describeClaude } from './suite.ts';

test.runIf(process.env['DASHBOARD_LOOPBACK_ONLY'] === '1')('there is no network to reach', () => {
  expect(isOnLoopbackOnly()).toBe(true);
});

describeClaude('real');
