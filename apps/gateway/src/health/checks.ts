/** What can be said at once of the parts of this process. */

export interface HealthCheck {
  /** A word; shown to whoever asks, so nothing secret. */
  readonly name: string;
  readonly isOk: () => boolean;
  /** A failure of this one makes the gateway not ready. */
  readonly isRequired: boolean;
}

export function isReady(checks: readonly HealthCheck[]): boolean {
  return checks.every(({ isOk, isRequired }) => !isRequired || isOk());
}
