/** Every statement that the store runs, prepared once. What they return is unknown until parsed. */
import type { Database, Statement } from '@dashboard/runtime/sqlite';
import type { ScreenRow, SessionRow } from './rows.ts';

export interface Statements {
  readonly all: Statement<[]>;
  readonly put: Statement<[SessionRow]>;
  readonly remove: Statement<[id: string]>;
  readonly screen: Statement<[id: string]>;
  readonly putScreen: Statement<[ScreenRow]>;
  readonly removeScreen: Statement<[id: string]>;
  /** Forgets screens, the oldest first, until all together have no more than so many bytes. */
  readonly forgetScreens: Statement<[bytesMax: number]>;
}

export function prepareStatements(database: Database): Statements {
  return {
    all: database.prepare('SELECT * FROM sessions ORDER BY id'),
    put: database.prepare(`
      INSERT INTO sessions (
        id, name, profile, engine, directory, phase, created_at_ms, created_by,
        ended_at_ms, exit_code, exit_signal, cols, rows, conversation,
        permission_mode, model, branch
      ) VALUES (
        @id, @name, @profile, @engine, @directory, @phase, @created_at_ms, @created_by,
        @ended_at_ms, @exit_code, @exit_signal, @cols, @rows, @conversation,
        @permission_mode, @model, @branch
      )
      ON CONFLICT (id) DO UPDATE SET
        name = @name, profile = @profile, engine = @engine, directory = @directory,
        phase = @phase, created_at_ms = @created_at_ms, created_by = @created_by,
        ended_at_ms = @ended_at_ms, exit_code = @exit_code, exit_signal = @exit_signal,
        cols = @cols, rows = @rows, conversation = @conversation,
        permission_mode = @permission_mode, model = @model, branch = @branch
    `),
    remove: database.prepare('DELETE FROM sessions WHERE id = ?'),
    screen: database.prepare('SELECT * FROM screens WHERE session_id = ?'),
    putScreen: database.prepare(`
      INSERT INTO screens (session_id, output_offset, cols, rows, scrollback_lines, deflated)
      VALUES (@session_id, @output_offset, @cols, @rows, @scrollback_lines, @deflated)
    `),
    removeScreen: database.prepare('DELETE FROM screens WHERE session_id = ?'),
    forgetScreens: database.prepare(`
      DELETE FROM screens WHERE kept IN (
        SELECT kept FROM (
          SELECT kept, sum(length(deflated)) OVER (ORDER BY kept DESC) AS bytes FROM screens
        ) WHERE bytes > ?
      )
    `),
  };
}
