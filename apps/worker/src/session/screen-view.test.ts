/** What a session's screen answers while its session ends, when nothing is where it usually is. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { OutputLog, TEAR } from './output-log.ts';
import type { Screen, ScreenSeed, Snapshot } from './ports.ts';
import { ScreenView } from './screen-view.ts';

const size = { cols: 80, rows: 24 };
const seed: ScreenSeed = { size, bytes: new Uint8Array(0) };

/** Stands where it is told to, as a screen does that has been reconciled. */
function screenAt(place: { offset: number }): Screen {
  const ignore = (): void => undefined;
  return {
    lagBytes: 0,
    ...{ write: ignore, resize: ignore, reseed: ignore, dispose: ignore },
    hibernate: async () => undefined,
    text: async () => [],
    reconcile: async (_seed, offset) => {
      place.offset = offset;
      return false;
    },
    snapshot: async (): Promise<Snapshot> => {
      return { offset: place.offset, size, scrollbackLines: 0, bytes: new Uint8Array(0) };
    },
  };
}

function setUp(): { view: ScreenView; log: OutputLog } {
  const log = new OutputLog();
  log.append(new Uint8Array(100));
  const ignore = (): void => undefined;
  const view = new ScreenView({
    clock: new ManualClock(),
    factory: { create: () => screenAt({ offset: log.end }) },
    engine: {
      name: 'tmux',
      answeredQueries: new Set(),
      launch: () => Promise.reject(new Error('never asked')),
      survivors: async () => [],
      adopt: () => Promise.reject(new Error('never asked')),
    },
    log,
    kept: () => undefined,
    events: {
      ...{ reply: ignore, title: ignore, bell: ignore },
      ...{ changed: ignore, lost: ignore, failed: ignore },
    },
  });
  view.open(size, undefined);
  return { view, log };
}

test('nobody is drawn beyond the log, also between the comparison and the tear', async () => {
  const { view, log } = setUp();
  await view.reconcile(seed, log.end + TEAR);
  expect((await view.snapshot()).offset).toBe(log.end);
});

test('once torn, the drawing stands behind the tear', async () => {
  const { view, log } = setUp();
  await view.reconcile(seed, log.end + TEAR);
  log.tear();
  expect((await view.snapshot()).offset).toBe(log.begin);
});
