/** What is kept of a session when its program starts: the first time, and once more. */
import type { SessionId, UserId } from '@dashboard/protocol/ids';
import { DEFAULT_COLS, DEFAULT_ROWS } from '@dashboard/protocol/limits';
import type { CreateSession, EngineName, SessionRecord } from '@dashboard/protocol/sessions';

export function newRecord(from: {
  id: SessionId;
  wish: CreateSession;
  by: UserId;
  engine: EngineName;
  nowMs: number;
}): SessionRecord {
  const { id, wish, by, engine, nowMs } = from;
  return {
    id,
    name: wish.name,
    profile: wish.profile,
    engine,
    directory: wish.directory,
    phase: 'starting',
    createdAtMs: nowMs,
    createdBy: by,
    endedAtMs: null,
    exitCode: null,
    exitSignal: null,
    size: wish.size ?? { cols: DEFAULT_COLS, rows: DEFAULT_ROWS },
    conversation: null,
    permissionMode: wish.permissionMode ?? null,
    model: wish.model ?? null,
    branch: wish.worktree?.branch ?? null,
  };
}

export function startedAgain(ended: SessionRecord): SessionRecord {
  return { ...ended, phase: 'starting', endedAtMs: null, exitCode: null, exitSignal: null };
}
