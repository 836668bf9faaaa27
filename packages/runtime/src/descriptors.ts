/** What a process is told when it may open no more files, in our words. */
import { DashboardError } from '@dashboard/protocol/errors';

const CODES: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);

/** @returns undefined for any other failure */
export function outOfDescriptors(cause: unknown): DashboardError | undefined {
  if (!(cause instanceof Error && 'code' in cause && CODES.has(cause.code))) return undefined;
  return new DashboardError('overloaded', 'the worker can open no more files', { cause });
}
