/** Sessions that draw a screen each time they are told to: busy while one measures, silent otherwise. */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ask, payloadOf } from '../measure/index.ts';
import type { Target } from '../targets/index.ts';
import type { Setting } from './row.ts';

export const REPAINTERS = 50;
const FRAMES_PER_SECOND = 10;
/** As Claude Code draws a full screen. */
const FRAME_BYTES = 4_096;
const TICK_MS = 10;
const PROGRAM = join(import.meta.dirname, '../../programs/repaint.sh');

export interface Repainters {
  during<T>(measure: () => Promise<T>): Promise<T>;
}

export async function openRepainters(target: Target, setting: Setting): Promise<Repainters> {
  const { clock, atEnd } = setting;
  const directory = await mkdtemp(join(setting.directory, 'repaint-'));
  const frame = join(directory, 'frame');
  await writeFile(frame, payloadOf('TUI repaint', FRAME_BYTES));
  const fifos: number[] = [];
  for (let index = 0; index < REPAINTERS; index++) {
    const fifo = join(directory, `${index}`);
    await promisify(execFile)('mkfifo', [fifo]);
    // With both directions open nobody waits for the other end.
    const fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    atEnd(() => closeSync(fd));
    fifos.push(fd);
    const terminal = await (await target.openSession()).watch();
    const command = `exec sh ${PROGRAM} ${frame} ${fifo}`;
    await ask(terminal, { command, marker: 'WAITING', clock });
    terminal.leave();
  }
  return {
    during: async (measure) => {
      let at = 0;
      let due = 0;
      const stop = clock.every(TICK_MS, () => {
        due += (REPAINTERS * FRAMES_PER_SECOND * TICK_MS) / 1000;
        for (; due >= 1; due--) writeSync(fifos[at++ % REPAINTERS] ?? 0, '\n');
      });
      return await measure().finally(stop);
    },
  };
}
