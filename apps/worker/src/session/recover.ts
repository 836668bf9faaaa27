/** Finds the sessions of an earlier worker again: adopts what still runs, says what is lost. */
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionRecord } from '@dashboard/protocol/sessions';
import { isEnded } from './ended.ts';
import type { PaneEngine, SessionRecords } from './ports.ts';
import type { SessionDeps } from './session-deps.ts';
import { Session } from './session.ts';

export interface RecoverOptions {
  readonly records: SessionRecords;
  /** Engines of this worker; a record may name one that it no longer has. */
  readonly engines: readonly PaneEngine[];
  readonly depsFor: (engine: PaneEngine | undefined) => SessionDeps;
  readonly nowMs: number;
  /** Told of a pane that could not be taken over; its session is then lost. */
  readonly onFailure: (id: SessionId, error: unknown) => void;
}

export interface Recovered {
  readonly sessions: readonly Session[];
  /** Panes that no record knows. Left alone: a person may still want what runs in them. */
  readonly strangers: readonly SessionId[];
  /** Sessions that ran under the worker before, and that nobody saw end. */
  readonly lost: readonly SessionId[];
}

export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { records, engines } = options;
  const owners = new Map<SessionId, PaneEngine>();
  for (const engine of engines) {
    for (const id of await engine.survivors()) owners.set(id, engine);
  }
  const sessions: Session[] = [];
  const lost: SessionId[] = [];
  for (const record of records.all()) {
    const engine = owners.get(record.id);
    owners.delete(record.id);
    const session = await recoverOne(record, engine, options);
    sessions.push(session);
    if (session.record.phase === 'lost' && record.phase !== 'lost') lost.push(record.id);
  }
  return { sessions, strangers: [...owners.keys()], lost };
}

async function recoverOne(
  record: SessionRecord,
  engine: PaneEngine | undefined,
  options: RecoverOptions,
): Promise<Session> {
  const isOver = isEnded(record);
  if (engine !== undefined && isOver) await discard(record.id, engine, options);
  if (engine !== undefined && !isOver) {
    const session = new Session(record, options.depsFor(engine));
    try {
      await session.adopt();
      return session;
    } catch (error) {
      options.onFailure(record.id, error);
    }
  }
  return new Session(isOver ? record : markLost(record, options), options.depsFor(undefined));
}

/** The worker ended after it had kept the end of this session and before it cleared the pane away. */
async function discard(
  id: SessionId,
  engine: PaneEngine,
  { onFailure }: RecoverOptions,
): Promise<void> {
  const ignore = (): void => undefined;
  try {
    const { pane } = await engine.adopt(id, {
      output: ignore,
      gap: ignore,
      exit: ignore,
      lost: ignore,
    });
    await pane.dispose();
  } catch (error) {
    onFailure(id, error);
  }
}

/** On a full disk it is lost again after the next start, and nobody else has to wait for that. */
function markLost(
  record: SessionRecord,
  { records, nowMs, onFailure }: RecoverOptions,
): SessionRecord {
  const lost: SessionRecord = { ...record, phase: 'lost', endedAtMs: nowMs };
  try {
    records.put(lost);
  } catch (error) {
    onFailure(record.id, error);
  }
  return lost;
}
