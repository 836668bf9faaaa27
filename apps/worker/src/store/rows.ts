/** Rows as the database has them, and records as the domain knows them. A row is parsed like any guest. */
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { SessionIdSchema, type SessionId } from '@dashboard/protocol/ids';
import { SessionRecord } from '@dashboard/protocol/sessions';
import { TerminalSize } from '@dashboard/protocol/terminal/size';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { SCREEN_BYTES_MAX } from '../limits.ts';
import type { Snapshot } from '../session/ports.ts';

const { id, name, profile, engine, directory, phase, conversation, model, branch } =
  SessionRecord.properties;

const SessionRow = Type.Object({
  id,
  name,
  profile,
  engine,
  directory,
  phase,
  created_at_ms: SessionRecord.properties.createdAtMs,
  created_by: SessionRecord.properties.createdBy,
  ended_at_ms: SessionRecord.properties.endedAtMs,
  exit_code: SessionRecord.properties.exitCode,
  exit_signal: SessionRecord.properties.exitSignal,
  ...TerminalSize.properties,
  conversation,
  permission_mode: SessionRecord.properties.permissionMode,
  model,
  branch,
});
export type SessionRow = Static<typeof SessionRow>;

const ScreenRow = Type.Object({
  session_id: SessionIdSchema,
  output_offset: Type.Integer({ minimum: 0 }),
  ...TerminalSize.properties,
  scrollback_lines: Type.Integer({ minimum: 0 }),
  deflated: Type.Unsafe<Uint8Array>({}),
});
export type ScreenRow = Static<typeof ScreenRow>;

export function toSessionRow(record: SessionRecord): SessionRow {
  const { createdAtMs, createdBy, endedAtMs, exitCode, exitSignal, ...others } = record;
  const { size, permissionMode, ...same } = others;
  return {
    ...same,
    permission_mode: permissionMode,
    created_at_ms: createdAtMs,
    created_by: createdBy,
    ended_at_ms: endedAtMs,
    exit_code: exitCode,
    exit_signal: exitSignal,
    ...size,
  };
}

/** @returns the record, or in words what is wrong with the row */
export function fromSessionRow(row: unknown): SessionRecord | string {
  if (!Value.Check(SessionRow, row)) return whatIsWrong(SessionRow, row);
  const { created_at_ms, created_by, ended_at_ms, exit_code, exit_signal, ...rest } = row;
  const { cols, rows, permission_mode, ...same } = rest;
  return {
    ...same,
    createdAtMs: created_at_ms,
    createdBy: created_by,
    endedAtMs: ended_at_ms,
    exitCode: exit_code,
    exitSignal: exit_signal,
    size: { cols, rows },
    permissionMode: permission_mode,
  };
}

/** Level 1: a screen is kept while other sessions wait for the event loop, and blanks shrink anyway. */
export function toScreenRow(session: SessionId, snapshot: Snapshot): ScreenRow {
  return {
    session_id: session,
    output_offset: snapshot.offset,
    ...snapshot.size,
    scrollback_lines: snapshot.scrollbackLines,
    deflated: deflateSync(snapshot.bytes, { level: constants.Z_BEST_SPEED }),
  };
}

/** @returns the snapshot, or in words what is wrong with the row */
export function fromScreenRow(row: unknown): Snapshot | string {
  if (!Value.Check(ScreenRow, row)) return whatIsWrong(ScreenRow, row);
  if (!(row.deflated instanceof Uint8Array)) return 'deflated holds no bytes';
  try {
    return {
      offset: row.output_offset,
      size: { cols: row.cols, rows: row.rows },
      scrollbackLines: row.scrollback_lines,
      bytes: inflateSync(row.deflated, { maxOutputLength: SCREEN_BYTES_MAX }),
    };
  } catch (error) {
    return `the screen does not inflate: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Names the columns and never what they hold: this ends in a log. */
function whatIsWrong(schema: typeof SessionRow | typeof ScreenRow, row: unknown): string {
  const paths = Value.Errors(schema, row).map(({ instancePath }) => instancePath.slice(1));
  return `cannot be read: ${[...new Set(paths)].filter(Boolean).join(', ') || 'columns are missing'}`;
}
