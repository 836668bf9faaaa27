/** The one place where a password is compared: throttled, and equally slow and silent for a wrong name. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { User } from '@dashboard/protocol/people';
import type { Auth, LoginAttempt } from '../auth/index.ts';
import type { GatewayMetrics } from '../metrics.ts';

export interface PasswordCheck extends LoginAttempt {
  readonly password: string;
}

/** @throws DashboardError invalid_credentials, rate_limited */
export async function checkPassword(
  attempt: PasswordCheck,
  { users, passwords, throttle }: Auth,
  metrics: GatewayMetrics,
): Promise<User> {
  try {
    throttle.begin(attempt);
  } catch (error) {
    metrics.logins.inc({ outcome: 'throttled' });
    throw error;
  }
  const found = users.findByName(attempt.name);
  const isRight = await passwords.verify(found?.passwordHash, attempt.password);
  if (found === undefined || !isRight) {
    metrics.logins.inc({ outcome: 'refused' });
    throw new DashboardError('invalid_credentials', 'Name and password do not go together.');
  }
  throttle.succeeded(attempt);
  metrics.logins.inc({ outcome: 'opened' });
  return found.user;
}

/** Whether the person who is logged in knows the password: counted as a login is. @throws DashboardError wrong_proof */
export async function confirmPassword(
  attempt: PasswordCheck,
  { users, passwords, throttle }: Auth,
): Promise<void> {
  throttle.begin(attempt);
  const found = users.findByName(attempt.name);
  if (!(await passwords.verify(found?.passwordHash, attempt.password))) {
    throw new DashboardError('wrong_proof', 'That is not your password.');
  }
  throttle.succeeded(attempt);
}
