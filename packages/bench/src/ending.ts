/** What was started, and how each of it ends: also when the run is broken off. */

export class Ending {
  readonly #tasks: (() => Promise<unknown> | void)[] = [];
  #isOver = false;

  /** Can be handed on as it is. @throws Error when it is over: nothing may be started any more */
  readonly atEnd = (task: () => Promise<unknown> | void): void => {
    if (this.#isOver) throw new Error('the run is over');
    this.#tasks.push(task);
  };

  /** The last one first, each whatever happened to the others; once. @throws AggregateError */
  async run(): Promise<void> {
    this.#isOver = true;
    const failures: unknown[] = [];
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) {
      try {
        await task();
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'something did not end');
  }
}
