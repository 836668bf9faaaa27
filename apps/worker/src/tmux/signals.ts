/** Signals to processes that may have ended a moment ago. */

/** @param target a pid, or the negative id of a group @returns whether there was anybody to get it */
export function trySignal(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false; // ESRCH
  }
}
