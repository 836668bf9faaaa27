/** What a row was to reach, and whether it did. */
import { figure, type Table } from './table.ts';

export interface Claim {
  readonly what: string;
  readonly value: number;
  readonly target: number;
  readonly unit: string;
  readonly wants: 'at most' | 'at least';
}

export function isMet({ value, target, wants }: Claim): boolean {
  return wants === 'at most' ? value <= target : value >= target;
}

export function claimTable(claims: readonly Claim[]): Table {
  return {
    title: 'Targets',
    columns: ['what', 'measured', 'target', 'verdict'],
    lines: claims.map((claim) => [
      claim.what,
      `${figure(claim.value)} ${claim.unit}`,
      `${claim.wants} ${claim.target} ${claim.unit}`,
      isMet(claim) ? 'met' : 'NOT MET',
    ]),
  };
}
