/** The engines this machine can offer: the wanted one first, others where they start. */
import { invariant } from '@dashboard/protocol/invariant';
import type { EngineName } from '@dashboard/protocol/sessions';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import type { PaneEngine } from './session/index.ts';

type Candidate = PaneEngine & Part;

export interface EnginesOptions {
  /** In order of preference. */
  readonly candidates: readonly Candidate[];
  /** The one that must start and comes first; auto takes the first that starts. */
  readonly wanted: EngineName | 'auto';
  readonly logger: Logger;
}

export class Engines implements Part {
  readonly name = 'engines';
  readonly #options: EnginesOptions;
  #started: Candidate[] = [];

  constructor(options: EnginesOptions) {
    this.#options = options;
  }

  /** @throws Error when the wanted engine does not start, or with auto when none does */
  async start(): Promise<void> {
    const { candidates, wanted, logger } = this.#options;
    const inOrder = [...candidates].sort(
      (a, b) => Number(b.name === wanted) - Number(a.name === wanted),
    );
    const failures: unknown[] = [];
    for (const engine of inOrder) {
      try {
        await engine.start();
        this.#started.push(engine);
      } catch (cause) {
        if (engine.name === wanted) throw new Error(`engine ${wanted} does not start`, { cause });
        failures.push(cause);
        logger.info({ err: cause, engine: engine.name }, 'an engine is not offered');
      }
    }
    if (this.#started.length === 0) throw new AggregateError(failures, 'no engine starts');
  }

  async stop(): Promise<void> {
    for (const engine of this.#started.splice(0).reverse()) await engine.stop();
  }

  /** The first is used where nobody chooses. */
  get offered(): readonly [PaneEngine, ...PaneEngine[]] {
    const [first, ...others] = this.#started;
    invariant(first !== undefined, 'sessions would be looked for before there is an engine');
    return [first, ...others];
  }
}
