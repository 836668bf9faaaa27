/** The gateway is killed while output flows: sessions never notice, viewers miss and repeat nothing. */
import {
  expectedOutput,
  hashFromBegin,
  hashOf,
  numberedLinesCommand,
} from '@dashboard/testkit/numbered-lines';
import { startStack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { expect, test } from 'vitest';
import { BACK_WITHIN_MS, countFrom, keepFigures, untilBack, untilExited } from './faults.ts';

const ROUNDS = countFrom('FAULT_ROUNDS', 2);
const BYTES_PER_SECOND = 400_000;
/** Output goes on as long as the rounds may take. */
const ROUND_SECONDS = BACK_WITHIN_MS / 1000;
const LINE_BYTES = 50;
const COUNT = Math.round((ROUNDS * ROUND_SECONDS * BYTES_PER_SECOND) / LINE_BYTES);

test.each(['tmux', 'pty'] as const)(
  '%s: a viewer of paced output is back soon after a kill -9, with every byte once',
  { timeout: 60_000 + ROUNDS * 15_000 },
  async (engine) => {
    const { owner, projects, gateway } = await startStack({ engine });
    const session = await owner.startSession({ directory: projects });
    const chunks: Uint8Array[] = [];
    const viewer = new TerminalClient(owner, session.id, {
      isPersistent: true,
      onFrame: (frame) => {
        if (frame.type === 'output') chunks.push(frame.bytes);
      },
    });
    await viewer.attach();
    viewer.type('stty -echo; echo re""ady\r');
    await viewer.waitForText('ready\r\n');
    viewer.keepsFrames = false;
    viewer.type(numberedLinesCommand({ count: COUNT, bytesPerSecond: BYTES_PER_SECOND }));
    const { resyncs } = viewer;

    const backMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const lossesBefore = viewer.reconnects;
      const killedAtMs = performance.now();
      await gateway.kill('SIGKILL');
      await gateway.start();
      await untilBack(viewer, { lossesBefore });
      backMs.push(Math.round(performance.now() - killedAtMs));
    }
    const exit = await untilExited(viewer, 60_000);

    expect(exit).toMatchObject({ isLost: false, code: 0 });
    const received = Buffer.concat(chunks);
    keepFigures(`gateway killed, ${engine}`, { ROUNDS, backMs, bytes: received.length });
    expect({ gaps: viewer.gaps, resyncs: viewer.resyncs - resyncs }).toEqual({
      gaps: 0,
      resyncs: 0,
    });
    expect(hashFromBegin(received)).toBe(hashOf(expectedOutput(COUNT)));
    expect(Math.max(...backMs)).toBeLessThan(BACK_WITHIN_MS);
  },
);
