/** A queue on a real database, with an agent that a test plays. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { PromptEvent } from '@dashboard/protocol/events';
import { makeSessionId, parsePromptId, parseUserId, type SessionId } from '@dashboard/protocol/ids';
import type { QueuedPrompt } from '@dashboard/protocol/prompts';
import { SessionRecord } from '@dashboard/protocol/sessions';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { Value } from 'typebox/value';
import { onTestFinished } from 'vitest';
import { PromptStore, SessionStore } from '../../store/index.ts';
import type { Ground, Seen } from './seen.ts';
import { Prompts } from './prompts.ts';

export const SESSION = makeSessionId(0, new Uint8Array(16));
export const ASKER = {
  ...{ userId: parseUserId(randomUUID()), name: 'Zoë', role: 'operator' as const },
};

export interface Played {
  readonly clock: ManualClock;
  readonly prompts: Prompts;
  readonly events: PromptEvent[];
  /** What was written to its terminal, as text. */
  readonly written: string[];
  /** What it wrote down. */
  readonly noted: string[];
  readonly to: {
    isRunning: boolean;
    untypedMs: number;
    hasReadAll: boolean;
    takesPrompts: boolean;
  };
  readonly failures: string[];
  queue(text: string, id?: string): QueuedPrompt;
  /** It is seen so. */
  see(ground: Ground, more?: Partial<Seen>): void;
  /** Time passes, and it is seen so again at its end. */
  pass(ms: number, ground: Ground, more?: Partial<Seen>): Promise<void>;
  /** The worker goes and another comes. */
  restarted(): Promise<Played>;
}

export async function play(path?: string): Promise<Played> {
  const database = path ?? join(await temporaryDirectory(), 'sessions.db');
  const store = new SessionStore({ path: database, onUnreadable: () => undefined });
  await store.start();
  onTestFinished(async () => await store.stop());
  if (path === undefined) store.put(RECORD);
  const clock = new ManualClock();
  const [events, written, noted, failures]: [PromptEvent[], string[], string[], string[]] = [
    [],
    [],
    [],
    [],
  ];
  const to = { isRunning: true, untypedMs: Infinity, hasReadAll: true, takesPrompts: true };
  const prompts = new Prompts({
    clock,
    records: new PromptStore({
      store,
      onUnreadable: (count) => failures.push(`${count} unreadable`),
    }),
    recipient: (id: SessionId) =>
      id === SESSION
        ? { ...to, write: (bytes) => void written.push(Buffer.from(bytes).toString()) }
        : undefined,
    wroteDown: async (_id, text) => await Promise.resolve(noted.includes(text)),
    observer: {
      ...{ queued: () => undefined, changed: () => undefined, withdrawn: () => undefined },
      ...{
        went: () => undefined,
        failed: (_id, what, error) => void failures.push(`${what}: ${String(error)}`),
      },
    },
  });
  await prompts.start();
  prompts.onEvent((event) => void events.push(event));
  const see = (ground: Ground, more: Partial<Seen> = {}): void => {
    const nothing = { sinceMs: 0, took: null, isOver: false, isInterrupted: false, drewAtMs: null };
    prompts.noticed(SESSION, { ...nothing, ground, ...more });
  };
  return {
    ...{ clock, prompts, events, written, noted, to, failures, see },
    queue: (text, id = randomUUID()) =>
      prompts.queue(SESSION, { id: parsePromptId(id), text }, ASKER),
    pass: async (ms, ground, more) => {
      clock.advance(ms);
      see(ground, more);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve(); // a look into the notes
    },
    restarted: async () => {
      await prompts.stop();
      await store.stop();
      return await play(database);
    },
  };
}

const RECORD = Value.Parse(SessionRecord, {
  ...{ id: SESSION, name: 'one', profile: 'claude', engine: 'tmux', directory: '/projects' },
  ...{ phase: 'running', createdAtMs: 0, createdBy: ASKER.userId, endedAtMs: null },
  ...{ exitCode: null, exitSignal: null, size: { cols: 80, rows: 24 }, conversation: null },
  ...{ permissionMode: null, model: null, branch: null },
});
