/** Sessions for tests: whole, with what a test is about put in. */
import { makeSessionId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import { Value } from 'typebox/value';
import { SessionSummary as Schema } from '@dashboard/protocol/sessions';

let made = 0;

export function aSession(more: Partial<SessionSummary> = {}): SessionSummary {
  made += 1;
  const session: unknown = {
    id: makeSessionId(1_700_000_000_000 + made, new Uint8Array(16).fill(made)),
    name: `session ${made}`,
    profile: 'shell',
    engine: 'tmux',
    directory: '/srv/shop',
    phase: 'running',
    createdAtMs: made,
    createdBy: '6f1c1a52-98d3-4c0e-9b3e-0d2f3f9a1b11',
    endedAtMs: null,
    exitCode: null,
    exitSignal: null,
    size: { cols: 80, rows: 24 },
    title: '',
    pid: 1,
    viewers: 0,
    activeAtMs: 0,
    conversation: null,
    permissionMode: null,
    model: null,
    mayResume: false,
    preview: [],
    agent: null,
    ...more,
  };
  return Value.Parse(Schema, session);
}
