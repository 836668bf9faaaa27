/** What is done to the daemons while programs print: killed, stopped and started, in any order. */
import { argvOf, childrenOf } from '@dashboard/testkit/process-figures';
import type { Stack } from '@dashboard/testkit/stack';
import { until } from '@dashboard/testkit/until';
import type { Crowd, Watching } from './crowd.ts';
import { delayOf, untilBack } from './faults.ts';
import type { Random } from './random.ts';

export type Fault = 'gateway' | 'worker' | 'both' | 'control' | 'stop';

/** Of each round, before anything is killed: every moment of everything is met in the end. */
const PHASE_MS_MAX = 400;
/** Between two daemons that are killed or started one after the other. */
const BETWEEN_MS_MAX = 300;
const BACK_TIMEOUT_MS = 30_000;

export interface ChaosOptions {
  readonly stack: Stack;
  readonly crowd: Crowd;
  readonly random: Random;
  /** How often each fault comes, compared with the others. */
  readonly weights: Readonly<Record<Fault, number>>;
  /** A worker that is stopped goes on within this time. */
  readonly stopMsMax: number;
}

export class Chaos {
  /** How often each was done to the processes, and what the viewers did. */
  readonly counts: Record<string, number> = {};
  /** From the kill to the next output, for each steady viewer. */
  readonly backMs: Record<'gateway' | 'worker' | 'both', number[]> = {
    gateway: [],
    worker: [],
    both: [],
  };
  readonly #options: ChaosOptions;

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  /** One fault; returns when every steady viewer receives output again. */
  async round(): Promise<void> {
    const { random, weights } = this.#options;
    await this.#stir();
    await delayOf(random.between(0, PHASE_MS_MAX));
    const fault = random.pick(weights);
    this.#count(fault);
    if (fault === 'control') return await this.#killControlClient();
    if (fault === 'stop') return await this.#stopWorker();
    await this.#killAndBack(fault);
  }

  async #killAndBack(fault: 'gateway' | 'worker' | 'both'): Promise<void> {
    const { crowd } = this.#options;
    const before = crowd.steady.map(({ viewer }) => viewer.reconnects);
    const killedAtMs = performance.now();
    const restarting = this.#restart(fault);
    const back = async ({ viewer }: Watching, place: number): Promise<void> => {
      await untilBack(viewer, { lossesBefore: before[place] ?? 0, timeoutMs: BACK_TIMEOUT_MS });
      this.backMs[fault].push(Math.round(performance.now() - killedAtMs));
    };
    await Promise.all([restarting, ...crowd.steady.map(back)]);
  }

  async #restart(fault: 'gateway' | 'worker' | 'both'): Promise<void> {
    const { random, stack } = this.#options;
    const [first, second] = random.fraction() < 0.5 ? ORDERS.gatewayFirst : ORDERS.workerFirst;
    const doomed = fault === 'both' ? [first, second] : ([fault] as const);
    for (const [place, name] of doomed.entries()) {
      if (place > 0) await delayOf(random.between(0, BETWEEN_MS_MAX));
      await stack[name].kill('SIGKILL');
      this.#count(`${name} killed`);
    }
    const isReversed = random.fraction() < 0.5;
    await this.#stir();
    for (const [place, name] of (isReversed ? doomed.toReversed() : doomed).entries()) {
      if (place > 0) await delayOf(random.between(0, BETWEEN_MS_MAX));
      await stack[name].start();
    }
  }

  /** Bytes do not go through it: nobody notices. */
  async #killControlClient(): Promise<void> {
    const { pid } = this.#options.stack.worker;
    const clients = childrenOf(pid).filter((child) => argvOf(child).includes('-C'));
    for (const client of clients) process.kill(client, 'SIGKILL');
    this.#count('control client killed', clients.length);
    await this.#untilOutputGoesOn();
  }

  async #stopWorker(): Promise<void> {
    const { random, stack, stopMsMax } = this.#options;
    process.kill(stack.worker.pid, 'SIGSTOP');
    await delayOf(random.between(0, stopMsMax / 2));
    await this.#stir();
    await delayOf(random.between(0, stopMsMax / 2));
    process.kill(stack.worker.pid, 'SIGCONT');
    await this.#untilOutputGoesOn();
  }

  async #untilOutputGoesOn(): Promise<void> {
    const { steady } = this.#options.crowd;
    const places = steady.map(({ viewer }) => viewer.offset);
    await until(() => steady.every(({ viewer }, place) => viewer.offset !== places[place]), {
      what: 'output goes on',
      timeoutMs: BACK_TIMEOUT_MS,
    });
  }

  async #stir(): Promise<void> {
    const { crowd, random } = this.#options;
    this.#count(`viewer: ${await crowd.stir(random)}`);
  }

  #count(what: string, times = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + times;
  }
}

const ORDERS = {
  gatewayFirst: ['gateway', 'worker'],
  workerFirst: ['worker', 'gateway'],
} as const;
