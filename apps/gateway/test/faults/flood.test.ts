/** Output outruns the log: viewers are redrawn, are told so, and end with every line that is left. */
import { numberedLinesCommand } from '@dashboard/testkit/numbered-lines';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import { startStack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { countFrom, expectEveryLineOnce, keepFigures, untilShown } from './faults.ts';

/** Of 50 bytes each: several times the log. */
const COUNT = countFrom('FLOOD_LINES', 300_000);
const FLOOD = numberedLinesCommand({ count: COUNT, bytesPerSecond: 0 });

test('a viewer that acknowledged late, and one that lost its gateway, are redrawn without a gap', async () => {
  const { owner, projects, gateway } = await startStack({ engine: 'tmux' });
  const session = await owner.startSession({ directory: projects });
  const watch = async (): Promise<{ viewer: TerminalClient; screen: ScreenReader }> => {
    const screen = new ScreenReader();
    const viewer = new TerminalClient(owner, session.id, { isPersistent: true, screen });
    await viewer.attach();
    await until(() => viewer.resyncs > 0, { what: 'the first screen is there' });
    viewer.keepsFrames = false;
    return { viewer, screen };
  };
  const [usual, late] = [await watch(), await watch()];
  late.viewer.acks = false;

  usual.viewer.type(FLOOD);
  await until(() => usual.viewer.offset > 1_000_000, { what: 'the flood is under way' });
  await gateway.kill('SIGKILL');
  await gateway.start();
  await untilShown(usual.screen, 'END', 60_000);
  late.viewer.acks = true;
  late.viewer.send({ type: 'ack', offset: late.viewer.offset });
  await untilShown(late.screen, 'END', 60_000);

  for (const { viewer, screen } of [usual, late]) {
    await expectEveryLineOnce(screen, COUNT);
    expect(viewer.gaps).toBe(0);
  }
  const [usualResyncs, lateResyncs] = [usual.viewer.resyncs, late.viewer.resyncs];
  keepFigures('flood', { COUNT, usualResyncs, lateResyncs, bytes: usual.viewer.offset });
  expect(lateResyncs, 'first screen, and after falling behind').toBeGreaterThanOrEqual(2);
}, 180_000);
