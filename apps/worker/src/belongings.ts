/**
 * What belongs to sessions besides their records, and goes with them: prompts that wait for their
 * agents, and files that people gave to these.
 */
import { join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { Prompts, type AgentWatches, type PromptsObserver, type Recipient } from './agent/index.ts';
import { Uploads } from './project/index.ts';
import type { Session, SessionTable } from './session/index.ts';
import { PromptStore, type SessionStore } from './store/index.ts';

export interface Belongings {
  readonly prompts: Prompts;
  readonly uploads: Uploads;
  /** To be started once the sessions are known: removes what is left of those that are gone. */
  readonly part: Part;
}

interface BelongingsDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: PromptsObserver;
  /** Absolute; of the worker's data. */
  readonly directory: string;
}

export interface Owners {
  readonly sessions: SessionTable;
  readonly agents: AgentWatches;
}

/** @param owners asked once all of them have been made */
export function makeBelongings(deps: BelongingsDeps, owners: () => Owners): Belongings {
  const { store, clock, logger, observer, directory } = deps;
  const uploads = new Uploads(join(directory, 'uploads'));
  const prompts = new Prompts({
    ...{ clock, observer },
    records: new PromptStore({
      store,
      onUnreadable: (count) => logger.error({ count }, 'prompts cannot be read and are left out'),
    }),
    recipient(id) {
      const { sessions, agents } = owners();
      return recipientOf(sessions.find(id), agents);
    },
    async wroteDown(id, text, sinceMs) {
      const { sessions, agents } = owners();
      return await agents.wroteDown(sessions.get(id).record, text, sinceMs);
    },
  });
  return { prompts, uploads, part: partOf({ prompts, uploads, logger }, owners) };
}

function partOf(
  { prompts, uploads, logger }: Omit<Belongings, 'part'> & { logger: Logger },
  owners: () => Owners,
): Part {
  let stopListening: (() => void) | undefined;
  return {
    name: 'belongings of sessions',
    async start() {
      const { sessions } = owners();
      stopListening = sessions.onEvent((event) => {
        if (event.type !== 'session_removed') return;
        prompts.forget(event.id);
        uploads.forget(event.id).catch((err: unknown) => {
          logger.error({ err, session: event.id }, 'files of a removed session stay');
        });
      });
      await uploads.forgetAllBut(new Set(sessions.all().map(({ id }) => id)));
    },
    async stop() {
      stopListening?.();
      await Promise.resolve();
    },
  };
}

function recipientOf(session: Session | undefined, agents: AgentWatches): Recipient | undefined {
  if (session === undefined) return undefined;
  const { record, isRunning, activity } = session;
  return {
    isRunning,
    takesPrompts: agents.takesPrompts(record),
    untypedMs: activity.untypedMs,
    hasReadAll: isRunning && session.pane.pendingInputBytes === 0,
    write: (bytes) => session.pane.write(bytes),
  };
}
