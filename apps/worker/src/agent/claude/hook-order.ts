/**
 * Puts the hooks of one agent into the order in which they began, whatever order they arrive in. Those
 * that the agent does not wait for overtake each other; the numbers of their processes tell who was first.
 */
import { HOOK_PIDS_APART_MAX, OVERTAKEN_WITHIN_MS } from '../limits.ts';

export class HookOrder {
  /** Added to a process's number: the system begins anew when it has given all of them. */
  #base = 0;
  #newest = 0;
  #newestAtMs = -Infinity;

  /**
   * @param pid of the process that the agent started for the hook
   * @param nowMs when it arrived
   * @returns higher for what began later
   */
  placeOf(pid: number, nowMs: number): number {
    const isRecent = nowMs - this.#newestAtMs < OVERTAKEN_WITHIN_MS;
    const behind = this.#newest - (this.#base + pid);
    const isOvertaken = isRecent && behind > 0 && behind <= HOOK_PIDS_APART_MAX;
    if (isOvertaken) return this.#base + pid;
    if (behind >= 0) this.#base = this.#newest + 1;
    this.#newest = this.#base + pid;
    this.#newestAtMs = nowMs;
    return this.#newest;
  }
}
