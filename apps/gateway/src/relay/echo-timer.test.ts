/** Which keys are timed, and until when. */
import { encodeViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import { encodeWorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { EchoTimer } from './echo-timer.ts';
import { ECHO_MS_MAX } from './limits.ts';

const typed = (text: string): Uint8Array =>
  encodeViewerFrame({ type: 'input', inputOffset: 7, bytes: Buffer.from(text) });
const OUTPUT = encodeWorkerFrame({ type: 'output', offset: 1, bytes: Buffer.from('x') });
const BELL = encodeWorkerFrame({ type: 'bell' });

function setUp() {
  const clock = new ManualClock();
  const took: number[] = [];
  return { clock, took, timer: new EchoTimer(clock, (tookMs) => took.push(tookMs)) };
}

test('a key is timed to the next output, once', () => {
  const { clock, took, timer } = setUp();
  timer.fromBrowser(typed('a'));
  clock.advance(10);
  timer.fromBrowser(typed('b'));
  timer.fromWorker(BELL);
  clock.advance(5);
  timer.fromWorker(OUTPUT);
  timer.fromWorker(OUTPUT);
  expect(took).toEqual([15]);
});

test.each(['pasted', '\r', '\u001b'])('%j is not', (text) => {
  const { took, timer } = setUp();
  timer.fromBrowser(typed(text));
  timer.fromWorker(OUTPUT);
  expect(took).toEqual([]);
});

test('a key that printed nothing is given up, and the next is timed', () => {
  const { clock, took, timer } = setUp();
  timer.fromBrowser(typed('a'));
  clock.advance(ECHO_MS_MAX + 1);
  timer.fromBrowser(typed('b'));
  clock.advance(3);
  timer.fromWorker(OUTPUT);
  expect(took).toEqual([3]);
});
