/** Agents in given states, and the sessions of a small team: what the pages look like while people work. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentState } from '@dashboard/protocol/agents';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Stack } from '@dashboard/testkit/stack';
import { until } from '@dashboard/testkit/until';

/** The scripted agent starts in half a second where the machine is idle. */
const STATE_TIMEOUT_MS = 30_000;

export interface Wish {
  readonly name: string;
  readonly prompt: string;
  readonly permissionMode?: string;
}

export async function agentIn(
  { owner, projects }: Stack,
  state: AgentState,
  wish: Wish,
): Promise<SessionId> {
  const directory = join(projects, wish.name);
  mkdirSync(directory, { recursive: true });
  const { id } = await owner.startSession({ profile: 'claude', directory, ...wish });
  const isThere = async () => (await owner.session(id)).agent?.state === state;
  await until(isThere, { what: `${wish.name} is ${state}`, timeoutMs: STATE_TIMEOUT_MS });
  return id;
}

export interface BusyFleet {
  readonly asking: SessionId;
  readonly working: SessionId;
  readonly ended: SessionId;
  readonly shell: SessionId;
}

/** An agent that asks, one that works, one whose session is over, and a shell. */
export async function startBusyFleet(stack: Stack): Promise<BusyFleet> {
  const { owner, projects } = stack;
  const [asking, working, ended, shell] = await Promise.all([
    agentIn(stack, 'needs_permission', {
      name: 'checkout',
      prompt: 'BASH: pnpm test --filter checkout',
      permissionMode: 'manual',
    }),
    agentIn(stack, 'working', { name: 'search-index', prompt: 'SLOW: 600 word' }),
    agentIn(stack, 'idle', { name: 'api-docs', prompt: 'SAY: All 42 tests pass.' }),
    owner.startSession({ directory: projects, name: 'logs' }).then(({ id }) => id),
  ]);
  await owner.call('endSession', { params: { id: ended } });
  const isOver = async () => (await owner.session(ended)).phase === 'exited';
  await until(isOver, { what: 'api-docs is over', timeoutMs: STATE_TIMEOUT_MS });
  return { asking, working, ended, shell };
}
