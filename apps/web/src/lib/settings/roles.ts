/** What each role is called and what it may do, in words. */
import type { Role } from '@dashboard/protocol/roles';

export const ROLE_OPTIONS: readonly { value: Role; label: string; hint: string }[] = [
  { value: 'observer', label: 'Observer', hint: 'watches' },
  { value: 'operator', label: 'Operator', hint: 'types, starts and ends sessions' },
  { value: 'owner', label: 'Owner', hint: 'also rules over people' },
];
