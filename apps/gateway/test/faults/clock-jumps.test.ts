/**
 * R21: the wall clock jumps an hour forth or back under running daemons, and they are started again
 * with it: no login is lost, nobody is cut off, no timer sticks.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStream } from '@dashboard/testkit/event-stream';
import { JUMPING_CLOCK } from '@dashboard/testkit/process-figures';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { listed } from './faults.ts';

const HOUR_MS = 3_600_000;
/** More than two clocks may differ: tokens of an hour are over for certain. */
const SKEW_MS = 120_000;
const JUMPS_MS = { forth: HOUR_MS + SKEW_MS, back: -HOUR_MS };

test('logins, tickets and viewers go on when the clock jumps', async () => {
  const file = join(await temporaryDirectory(), 'clock');
  writeFileSync(file, '0');
  const env = { NODE_OPTIONS: `--import=${JUMPING_CLOCK}`, CLOCK_OFFSET_FILE: file };
  const stack = await startStack({ engine: 'tmux', workerEnv: env, gatewayEnv: env });
  const { owner, projects } = stack;
  const { id } = await owner.startSession({ directory: projects });
  const { loginId } = await owner.call('me');
  const viewer = await new TerminalClient(owner, id, { isPersistent: true }).attach();
  for (const [way, jumpMs] of Object.entries(JUMPS_MS)) {
    const { reconnects, epoch } = viewer;
    const events = await EventStream.open(owner);
    const late = new TerminalClient(owner, id);
    const taken = await late.takeTicket();

    writeFileSync(file, String(jumpMs));

    // The token of an hour is over, or not yet valid; one refresh mends that, for good.
    await expect(owner.call('me')).rejects.toMatchObject({ code: 'unauthenticated' });
    await owner.call('refresh');
    expect(await owner.call('me')).toMatchObject({ loginId });
    await late.attach(taken);
    await expectAlive(stack, { viewer, events, word: `jumped-${way}` });
    expect(viewer).toMatchObject({ reconnects, gaps: 0 });

    const daemons = [stack.gateway, stack.worker];
    await Promise.all(daemons.map((daemon) => daemon.kill('SIGKILL')));
    await Promise.all(daemons.map((daemon) => daemon.start()));
    expect(await listed(stack)).toMatchObject([{ id, phase: 'running' }]);
    await until(() => viewer.isAttached && viewer.epoch !== epoch, { what: 'the viewer is back' });
    expect(await owner.call('me')).toMatchObject({ loginId });
    const again = await EventStream.open(owner);
    await expectAlive(stack, { viewer, events: again, word: `restarted-${way}` });
  }
}, 120_000);

interface Watched {
  readonly viewer: TerminalClient;
  readonly events: EventStream;
  readonly word: string;
}

async function expectAlive({ owner }: Stack, { viewer, events, word }: Watched): Promise<void> {
  viewer.type(`echo ${word.slice(0, 2)}""${word.slice(2)}\r`);
  await viewer.waitForText(`${word}\r\n`);
  const { session: id } = viewer;
  await owner.call('renameSession', { params: { id }, body: { name: word } });
  const isTold = (): boolean =>
    events.events.some((event) => event.type === 'session' && event.session.name === word);
  await until(isTold, { what: 'the event of it comes' });
}
