/** What was started, and how each of it ends: also when the run is broken off. */

export class Ending {
  readonly #tasks: (() => Promise<unknown> | void)[] = [];
  #starting: Promise<unknown> = Promise.resolve();
  #isOver = false;

  /** Nothing is started any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Can be handed on as it is. */
  readonly atEnd = (task: () => Promise<unknown> | void): void => {
    this.#tasks.push(task);
  };

  /**
   * Something that must not be broken off halfway: it would go on starting what nobody ends. The
   * end waits for it. @throws Error when it is over: nothing is started any more
   */
  async wholly<T>(start: () => Promise<T>): Promise<T> {
    if (this.#isOver) throw new Error('the run is over');
    const started = start();
    this.#starting = started.catch(() => undefined);
    return await started;
  }

  /** The last one first, each whatever happened to the others; once. @throws AggregateError */
  async run(): Promise<void> {
    this.#isOver = true;
    await this.#starting;
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
