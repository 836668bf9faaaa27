/** Approvals on a clock that is told, with a hook that asks and signals that follow. */
import type { ApprovalAnswer, ApprovalOutcome } from '@dashboard/protocol/approvals';
import type { ApprovalEvent } from '@dashboard/protocol/events';
import {
  makeSessionId,
  parseApprovalId,
  parseUserId,
  type ApprovalId,
} from '@dashboard/protocol/ids';
import type { Asker } from '@dashboard/protocol/worker/handshake';
import { systemClock } from '@dashboard/runtime/clock';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { randomUUID } from 'node:crypto';
import { hookSignal, parseHookInput } from '../claude/hook-input.ts';
import type { RegistrySignal } from '../state/index.ts';
import { Approvals } from './approvals.ts';

export const SESSION = makeSessionId(0, new Uint8Array(16));
export const BASH = { tool_name: 'Bash', tool_input: { command: 'npm test' }, cwd: '/srv/shop' };
export const ANN = person('ann');
export const BEN = person('ben');

function person(name: string): Asker {
  return { userId: parseUserId(randomUUID()), name, role: 'operator' };
}

/** What a hook that waits has got: nothing yet, silence, or a decision. */
export interface Waiting {
  printed: unknown;
  readonly end: () => void;
}

export class Scene {
  readonly clock = new ManualClock();
  readonly events: ApprovalEvent[] = [];
  readonly audit: string[] = [];
  readonly approvals: Approvals;

  constructor() {
    this.approvals = new Approvals({
      clock: this.clock,
      makeId: () => parseApprovalId(randomUUID()),
      observer: {
        asked: () => undefined,
        answered: (_approval, { verdict }, by) => void this.audit.push(`${by.name} ${verdict}`),
        retired: () => undefined,
      },
    });
    this.approvals.onEvent((event) => this.events.push(event));
  }

  ask(body: object = BASH, session = SESSION, order: number | null = null): Waiting {
    const gone = new AbortController();
    const waiting: Waiting = { printed: 'nothing yet', end: () => gone.abort() };
    const event = 'PermissionRequest';
    void this.approvals
      .decide({ session, event, body, order, askedAtMs: this.clock.nowMs(), gone: gone.signal })
      .then((output) => (waiting.printed = output));
    return waiting;
  }

  /** Of the only question. */
  get id(): ApprovalId {
    const [approval] = this.approvals.all();
    if (approval === undefined) throw new Error('nothing is asked');
    return approval.id;
  }

  answer(answer: ApprovalAnswer, by = ANN, id = this.id): void {
    this.approvals.answer(id, answer, by);
  }

  hook(event: string, body: object = BASH, order: number | null = null): void {
    const signal = { ...hookSignal(event, parseHookInput(body), this.clock.nowMs()), order };
    this.approvals.noticed(SESSION, signal);
  }

  registry(what: RegistrySignal['what'], sinceMs = this.clock.nowMs()): void {
    const rest = { waitingFor: null, conversation: null, atMs: this.clock.nowMs() };
    this.approvals.noticed(SESSION, { from: 'registry', what, sinceMs, ...rest });
  }

  /** How the questions that are over ended. */
  get outcomes(): readonly ApprovalOutcome[] {
    return this.events.flatMap((event) =>
      event.type === 'approval_retired' ? [event.outcome] : [],
    );
  }
}

/** What a hook prints when it decides. */
export function printed(decision: object): object {
  return { hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } };
}

/** Lets promises that are settled tell it. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => systemClock.soon(resolve));
}
