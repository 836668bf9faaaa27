/** What the worker answers to each request: the domain, in the words of the wire. */
import type { Asker } from '@dashboard/protocol/worker/handshake';
import type { DoctorReport } from '@dashboard/protocol/doctor';
import type { CreateSession, DirectoryListing, ProfileSummary } from '@dashboard/protocol/sessions';
import type { Repository } from '@dashboard/protocol/worktrees';
import type { WorkerHealth } from '@dashboard/protocol/worker/requests';
import type { Approvals, PastConversations, Prompts } from '../agent/index.ts';
import type { Session, SessionTable } from '../session/index.ts';
import type { UsageBook } from '../usage/index.ts';
import type { Answers } from './request-connection.ts';

export interface AnswerSources {
  readonly sessions: SessionTable;
  readonly approvals: Approvals;
  readonly conversations: PastConversations;
  readonly prompts: Prompts;
  /** The first prompt of a new session is not among its program's arguments. */
  readonly pastesFirst: (wish: CreateSession) => boolean;
  readonly usage: UsageBook;
  readonly profiles: () => Promise<readonly ProfileSummary[]>;
  readonly listDirectory: (path: string | undefined) => Promise<DirectoryListing>;
  readonly repository: (path: string) => Promise<Repository>;
  readonly doctor: (directory: string | undefined) => Promise<DoctorReport>;
  /** @throws DashboardError conflict where its agent does not ask that */
  readonly trust: (session: Session, by: Asker) => Promise<void>;
  readonly health: () => WorkerHealth;
  /** In the text format of Prometheus. */
  readonly metrics: () => Promise<string>;
}

export function makeAnswers(sources: AnswerSources): Answers {
  const { sessions, approvals, conversations, prompts, profiles, listDirectory, doctor } = sources;
  const { health, metrics, trust, usage } = sources;
  return {
    'sessions.list': async () => ({ sessions: sessions.all().map((one) => one.summary()) }),
    'sessions.get': async ({ id }) => sessions.get(id).summary(),
    'sessions.create': async ({ session: wish, idempotencyKey }, by: Asker) => {
      const session = await sessions.create({ wish, by: by.userId, idempotencyKey });
      if (wish.prompt !== undefined && sources.pastesFirst(wish)) {
        prompts.queueFirst(session.id, wish.prompt, by);
      }
      return session.summary();
    },
    'sessions.rename': async ({ id, name }) => {
      const session = sessions.get(id);
      session.rename(name);
      return session.summary();
    },
    'sessions.end': async ({ id }) => {
      const session = sessions.get(id);
      session.end();
      return session.summary();
    },
    'sessions.resume': async ({ id }) => (await sessions.resume(id)).summary(),
    'sessions.trust': async ({ id }, by: Asker) => {
      await trust(sessions.get(id), by);
      return sessions.get(id).summary();
    },
    'sessions.remove': async ({ id }) => {
      await sessions.remove(id);
      return {};
    },
    'approvals.list': async () => ({ approvals: [...approvals.all()] }),
    'approvals.answer': async ({ id, answer }, by: Asker) => approvals.answer(id, answer, by),
    'conversations.list': async (query) => {
      const page = await conversations.list(query);
      const told = page.conversations.map((one) => ({ ...one, openIn: sessions.openIn(one.id) }));
      return { ...page, conversations: told };
    },
    'prompts.list': async ({ id }) => ({ prompts: [...prompts.list(id)] }),
    'prompts.queue': async ({ session, prompt }, by: Asker) => prompts.queue(session, prompt, by),
    'prompts.change': async ({ change, ...which }, by: Asker) => prompts.change(which, change, by),
    'prompts.withdraw': async (which, by: Asker) => {
      prompts.withdraw(which, by);
      return {};
    },
    usage: async (query) => usage.report(query),
    'profiles.list': async () => ({ profiles: [...(await profiles())] }),
    'directories.list': async ({ path }) => await listDirectory(path),
    'repositories.get': async ({ path }) => await sources.repository(path),
    doctor: async ({ directory }) => await doctor(directory),
    health: async () => health(),
    metrics: async () => ({ text: await metrics() }),
  };
}
