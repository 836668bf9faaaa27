/** Finds the sessions of an earlier worker again: adopts what still runs, says what is lost. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import { isEnded } from './ended.ts';
import { ADOPT_AGAIN_FOR_MS, ADOPT_PAUSE_MS } from './limits.ts';
import { startedAgain } from './new-record.ts';
import type { PaneEngine, SessionRecords } from './ports.ts';
import type { SessionDeps } from './session-deps.ts';
import { Session } from './session.ts';

export interface RecoverOptions {
  readonly records: SessionRecords;
  /** Engines of this worker; a record may name one that it no longer has. */
  readonly engines: readonly PaneEngine[];
  readonly depsFor: (engine: PaneEngine | undefined) => SessionDeps;
  readonly clock: Clock;
  /** Told of a pane that could not be taken over, and of a record that could not be kept. */
  readonly onFailure: (id: SessionId, error: unknown) => void;
}

/** Its pane is there, but tmux does not answer, or no file can be opened: that may pass. */
export interface Unreached {
  /** What stands in for it: lost for whoever looks, though not on disk. */
  readonly session: Session;
  readonly record: SessionRecord;
  readonly engine: PaneEngine;
}

export interface Recovered {
  readonly sessions: readonly Session[];
  /** Panes that no record knows. Left alone: a person may still want what runs in them. */
  readonly strangers: readonly SessionId[];
  /** Sessions that ran under the worker before, and that nobody saw end. */
  readonly lost: readonly SessionId[];
  readonly unreached: readonly Unreached[];
}

export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { records, engines, clock, depsFor } = options;
  const owners = new Map<SessionId, PaneEngine>();
  for (const engine of engines) {
    for (const id of await engine.survivors()) owners.set(id, engine);
  }
  const untilMs = clock.monotonicMs() + ADOPT_AGAIN_FOR_MS;
  const found = {
    sessions: [] as Session[],
    lost: [] as SessionId[],
    unreached: [] as Unreached[],
  };
  for (const record of records.all()) {
    const engine = owners.get(record.id);
    owners.delete(record.id);
    const adopted = engine && (await adoptInTime(record, { engine, untilMs, options }));
    if (adopted instanceof Session) {
      found.sessions.push(adopted);
    } else if (engine !== undefined && adopted === 'unreached') {
      const session = new Session(lostNow(record, clock), depsFor(undefined));
      found.sessions.push(session);
      found.unreached.push({ session, record, engine });
    } else {
      if (!isEnded(record)) found.lost.push(record.id);
      const kept = isEnded(record) ? record : keepLost(record, options);
      found.sessions.push(new Session(kept, depsFor(undefined)));
    }
  }
  return { ...found, strangers: [...owners.keys()] };
}

/** One try to take over a pane that could not be reached. @throws whatever keeps it from that */
export async function adoptAgain(
  { record, engine }: Unreached,
  depsFor: RecoverOptions['depsFor'],
): Promise<Session | 'gone'> {
  try {
    return await adopt(record, engine, depsFor);
  } catch (error) {
    if (isGone(error)) return 'gone';
    throw error;
  }
}

/** Pauses are for all sessions together: a worker that starts is waited for. */
async function adoptInTime(
  record: SessionRecord,
  at: { engine: PaneEngine; untilMs: number; options: RecoverOptions },
): Promise<Session | 'gone' | 'unreached'> {
  const { clock, depsFor, onFailure } = at.options;
  for (;;) {
    try {
      return await adopt(record, at.engine, depsFor);
    } catch (error) {
      if (isGone(error) || clock.monotonicMs() + ADOPT_PAUSE_MS > at.untilMs) {
        onFailure(record.id, error);
        return isGone(error) ? 'gone' : 'unreached';
      }
    }
    await new Promise<void>((resolve) => void clock.after(ADOPT_PAUSE_MS, resolve));
  }
}

async function adopt(
  record: SessionRecord,
  engine: PaneEngine,
  depsFor: RecoverOptions['depsFor'],
): Promise<Session | 'gone'> {
  if (isEnded(record) && (await discardEnded(record.id, engine))) return 'gone';
  const going = isEnded(record) ? startedAgain(record) : record;
  const session = new Session(going, depsFor(engine));
  try {
    await session.adopt();
    return session;
  } catch (error) {
    await session.dispose('worker_gone');
    throw error;
  }
}

/**
 * The worker ended after it had kept the end of this session and before it cleared the pane away.
 * @returns false when a program runs in it, which was given up by mistake
 */
async function discardEnded(id: SessionId, engine: PaneEngine): Promise<boolean> {
  const ignore = (): void => undefined;
  const events = { output: ignore, gap: ignore, exit: ignore, lost: ignore };
  const { pane, exit } = await engine.adopt(id, events);
  await pane.dispose(); // a live one goes on
  return exit !== undefined;
}

function isGone(error: unknown): boolean {
  return error instanceof DashboardError && error.code === 'session_not_found';
}

function lostNow(record: SessionRecord, clock: Clock): SessionRecord {
  return isEnded(record) ? record : { ...record, phase: 'lost', endedAtMs: clock.nowMs() };
}

/** On a full disk it is lost again after the next start, and nobody else has to wait for that. */
function keepLost(
  record: SessionRecord,
  { records, clock, onFailure }: RecoverOptions,
): SessionRecord {
  const lost = lostNow(record, clock);
  try {
    records.put(lost);
  } catch (error) {
    onFailure(record.id, error);
  }
  return lost;
}
