/** The one assertion. A broken invariant is our bug: only the process boundary may catch it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** @throws InvariantError with `why`, which names the consequence and not the condition. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new InvariantError(why);
}
