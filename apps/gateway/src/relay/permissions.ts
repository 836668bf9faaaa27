/** Which frames a browser may send, by role. The worker checks the same again. */
import { DashboardError } from '@dashboard/protocol/errors';
import { requireRole, type Role } from '@dashboard/protocol/roles';
import { VIEWER_FRAME } from '@dashboard/protocol/terminal/viewer-frames';

const NEEDS = {
  ack: 'observer',
  resize: 'observer',
  input: 'operator',
  control: 'operator',
} as const satisfies Record<keyof typeof VIEWER_FRAME, Role>;

const NEEDS_BY_TYPE: ReadonlyMap<number, Role> = new Map(
  Object.entries(NEEDS).map(([name, role]) => [
    VIEWER_FRAME[name as keyof typeof VIEWER_FRAME], // keys of NEEDS are keys of VIEWER_FRAME
    role,
  ]),
);

/** @throws DashboardError invalid_request, forbidden */
export function requireMaySend(held: Role, frame: Uint8Array): void {
  const needed = NEEDS_BY_TYPE.get(frame[0] ?? 0);
  if (needed === undefined) throw new DashboardError('invalid_request', 'not a frame of a viewer');
  requireRole(held, needed);
}
