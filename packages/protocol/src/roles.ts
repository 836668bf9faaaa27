/** What a person may do. Each role may do what those before it may. */
import { Type, type Static } from 'typebox';
import { DashboardError } from './errors.ts';

/** observer watches; operator types, starts and ends sessions; owner also rules over people. */
export const Role = Type.Union([
  Type.Literal('observer'),
  Type.Literal('operator'),
  Type.Literal('owner'),
]);
export type Role = Static<typeof Role>;

const RANK = { observer: 0, operator: 1, owner: 2 } as const satisfies Record<Role, number>;

export function hasRole(held: Role, needed: Role): boolean {
  return RANK[held] >= RANK[needed];
}

/** @throws DashboardError forbidden */
export function requireRole(held: Role, needed: Role): void {
  if (!hasRole(held, needed)) throw new DashboardError('forbidden', `needs ${needed}, has ${held}`);
}
