/** The one place where a password is compared: throttled, and equally slow and silent for a wrong name. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { UserId } from '@dashboard/protocol/ids';
import type { User } from '@dashboard/protocol/people';
import type { Auth, LoginAttempt } from '../auth/index.ts';
import type { GatewayMetrics } from '../metrics.ts';

export interface PasswordCheck extends LoginAttempt {
  readonly password: string;
  readonly code?: string;
}

/** @throws DashboardError invalid_credentials, second_factor_needed, rate_limited */
export async function checkPassword(
  attempt: PasswordCheck,
  { users, passwords, throttle, factors }: Auth,
  metrics: GatewayMetrics,
): Promise<User> {
  try {
    throttle.begin(attempt);
  } catch (error) {
    metrics.logins.inc({ outcome: 'throttled' });
    throw error;
  }
  const { name, password, code } = attempt;
  const found = users.findByName(name);
  const isRight = await passwords.verify(found?.passwordHash, password);
  if (found !== undefined && isRight && factors.isOn(found.user.id) && code === undefined) {
    throttle.undecided(attempt);
    throw new DashboardError('second_factor_needed', 'A code is needed as well.');
  }
  if (found === undefined || !isRight || !hasRightCode(found.user.id, code, factors)) {
    metrics.logins.inc({ outcome: 'refused' });
    // With a code nobody is told which of the three it was.
    const words = code === undefined ? 'Name and password' : 'Name, password and code';
    throw new DashboardError('invalid_credentials', `${words} do not go together.`);
  }
  throttle.succeeded(attempt);
  metrics.logins.inc({ outcome: 'opened' });
  return found.user;
}

/** Who has no second factor needs no code; one that comes all the same is not looked at. */
function hasRightCode(id: UserId, code: string | undefined, factors: Auth['factors']): boolean {
  return !factors.isOn(id) || (code !== undefined && factors.use(id, code));
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
