/** Screens through real threads: the same promises, and what happens when a thread dies. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock as clock, type Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import { RECORDED_STREAMS } from '../../test/screen/recorded-streams.ts';
import { emulate, plainTerminal, stateOf, write } from '../../test/screen/terminal-state.ts';
import { WRITTEN_STREAMS } from '../../test/screen/written-streams.ts';
import type { Screen, ScreenEvents, ScreenOptions } from '../session/ports.ts';
import { LAG_BYTES_MAX, THREAD_RENEW_AFTER_MS, THREAD_RENEW_SLEEPERS_PER_AWAKE } from './limits.ts';
import { ScreenThreads, type ScreenThreadsOptions } from './screen-threads.ts';

const SIZE = { cols: 80, rows: 24 };
const DEADLINE_MS = 15_000;
const ESC = '\x1b';

async function startThreads(options: Partial<ScreenThreadsOptions> = {}): Promise<ScreenThreads> {
  const threads = new ScreenThreads({ clock, threads: 1, ...options });
  await threads.start();
  onTestFinished(() => threads.stop());
  return threads;
}

interface Heard {
  readonly replies: string[];
  readonly titles: string[];
  lost: number;
}

interface Opened {
  readonly screen: Screen;
  readonly heard: Heard;
  /** The next event of that name. */
  readonly next: (name: keyof ScreenEvents) => Promise<void>;
}

function open(threads: ScreenThreads, options: Partial<ScreenOptions> = {}): Opened {
  const heard: Heard = { replies: [], titles: [], lost: 0 };
  const waiting = new Map<string, () => void>();
  const tell = (name: keyof ScreenEvents) => waiting.get(name)?.();
  const defaults = { size: SIZE, offset: 0, seed: undefined, answeredElsewhere: new Set<never>() };
  const screen = threads.create(
    { ...defaults, ...options },
    {
      reply: (bytes) => {
        heard.replies.push(Buffer.from(bytes).toString());
        tell('reply');
      },
      title: (title) => {
        heard.titles.push(title);
        tell('title');
      },
      bell: () => tell('bell'),
      screenLost: () => {
        heard.lost += 1;
        tell('screenLost');
      },
    },
  );
  const next = (name: keyof ScreenEvents) => {
    const told = Promise.withResolvers<void>();
    waiting.set(name, () => told.resolve());
    return withDeadline(told.promise, { clock, timeoutMs: DEADLINE_MS, what: name });
  };
  return { screen, heard, next };
}

/** More combining characters on one cell than a small heap can hold: xterm.js keeps them all. */
function exhaustMemory(screen: Screen): void {
  const marks = Buffer.from('\u0301'.repeat(32 * 1024));
  screen.write(Buffer.from('e'));
  for (let at = 0; at < 120; at++) screen.write(marks);
}

test('they start under node --watch, as in compose.dev.yml', async () => {
  vi.stubEnv('WATCH_REPORT_DEPENDENCIES', '1'); // what it gives to the program that it watches
  onTestFinished(() => void vi.unstubAllEnvs());
  const { screen, next } = open(await startThreads());
  const told = next('title');
  screen.write(Buffer.from(`${ESC}]0;there\x07`));
  await told;
});

test('events of a program come out: title, bell and one reply', async () => {
  const { screen, heard, next } = open(await startThreads());
  const heardAll = Promise.all([next('title'), next('bell'), next('reply')]);
  screen.write(Buffer.from(`${ESC}]2;a title\x07\x07${ESC}[6n`));
  await heardAll;
  expect(heard).toMatchObject({ titles: ['a title'], replies: [`${ESC}[1;1R`] });
});

test('the snapshot property holds through a thread, for output in pieces', async () => {
  const threads = await startThreads();
  for (const { name, size, bytes } of [...WRITTEN_STREAMS, ...RECORDED_STREAMS]) {
    const { screen } = open(threads, { size });
    const whole = plainTerminal(size);
    write(whole, bytes);
    const step = Math.ceil(bytes.length / 9);
    const snapshots = [];
    for (let at = 0; at < bytes.length; at += step) {
      screen.write(bytes.subarray(at, at + step));
      snapshots.push(screen.snapshot(Infinity));
    }
    for (const snapshot of await Promise.all(snapshots)) {
      const restored = plainTerminal(size);
      write(restored, snapshot.bytes, bytes.subarray(snapshot.offset));
      expect(stateOf(restored), name).toEqual(stateOf(whole));
    }
    expect(screen.lagBytes).toBe(0);
    screen.dispose();
  }
});

test('the pieces that are handed in stay with the output log, unharmed', async () => {
  const { screen } = open(await startThreads());
  const bytes = Buffer.from('kept');
  screen.write(bytes);
  await screen.snapshot(0);
  expect(bytes.toString()).toBe('kept');
  expect(bytes.buffer.byteLength).toBeGreaterThan(0);
});

test('one screen that floods does not keep the others of its thread waiting', async () => {
  const threads = await startThreads();
  const { screen: flooding } = open(threads);
  const { screen: quiet } = open(threads);
  const line = Buffer.from(`${ESC}[31mflood ${ESC}[38;2;1;2;3mof lines\r\n`.repeat(1600));
  for (let at = 0; at < 120; at++) flooding.write(line);
  quiet.write(Buffer.from('quiet'));
  expect(await quiet.text(1)).toEqual(['quiet']);
  expect(flooding.lagBytes).toBeGreaterThan(line.length * 60);
  await flooding.snapshot(0);
  expect(flooding.lagBytes).toBe(0);
});

test('a screen too far behind forgets all, says so, and can be seeded', async () => {
  const { screen, heard } = open(await startThreads());
  const piece = Buffer.alloc(1024 * 1024, 'x');
  for (let bytes = 0; bytes <= LAG_BYTES_MAX; bytes += piece.length) screen.write(piece);
  expect(heard.lost).toBe(1);
  expect(screen.lagBytes).toBe(0);
  screen.reseed({ size: SIZE, bytes: Buffer.from('seeded') }, 7);
  screen.write(Buffer.from('!'));
  expect(await screen.text(1)).toEqual(['seeded!']);
  expect((await screen.snapshot(0)).offset).toBe(8);
});

test('a thread that dies is replaced; its screens are told, its sleepers notice nothing', async () => {
  const causes: Error[] = [];
  const threads = await startThreads({ heapMiB: 48, onThreadDied: (cause) => causes.push(cause) });
  const { screen, heard, next } = open(threads, { offset: 100 });
  const { screen: sleeper, heard: sleeperHeard } = open(threads);
  sleeper.write(Buffer.from(`asleep${ESC}[?1006h`));
  await sleeper.hibernate();

  const lost = next('screenLost');
  exhaustMemory(screen);
  const asked = screen.text(1).catch((error: unknown) => error);
  await lost;
  expect(causes).toHaveLength(1);
  expect(await asked).toMatchObject({ code: 'internal' });
  expect(heard.lost).toBe(1);

  screen.reseed({ size: SIZE, bytes: Buffer.from('back') }, 5000);
  screen.write(Buffer.from(' again'));
  expect(await screen.text(1)).toEqual(['back again']);
  expect((await screen.snapshot(0)).offset).toBe(5006);
  expect(await sleeper.text(1)).toEqual(['asleep']);
  expect(Buffer.from((await sleeper.snapshot(0)).bytes).toString()).toContain('?1006h');
  expect(sleeperHeard.lost).toBe(0);
});

test('ten megabytes of a title leave a thread with a small heap alive', async () => {
  const { screen, heard } = open(await startThreads({ heapMiB: 32 }));
  screen.write(Buffer.from(`before${ESC}]0;`));
  for (let at = 0; at < 160; at++) {
    screen.write(Buffer.alloc(64 * 1024, 'x'));
    if (at % 40 === 0) await screen.text(1); // not further behind than it may be
  }
  const inside = await screen.snapshot(0);
  screen.write(Buffer.from('\x07 after'));
  expect(await screen.text(1)).toEqual(['before after']);
  expect(emulate(SIZE, inside.bytes, Buffer.from('xx\x07 after')).text(1)).toEqual([
    'before after',
  ]);
  expect(heard.lost).toBe(0);
});

test('asleep it wakes by itself: to show, to read, and to be written to', async () => {
  const { screen } = open(await startThreads());
  screen.write(Buffer.from('one '));
  await screen.hibernate();
  expect(await screen.text(1)).toEqual(['one']);
  await screen.hibernate();
  await screen.hibernate();
  screen.write(Buffer.from('two'));
  screen.resize({ cols: 20, rows: 4 });
  const { offset, size } = await screen.snapshot(0);
  expect({ offset, size }).toEqual({ offset: 7, size: { cols: 20, rows: 4 } });
  expect(await screen.text(1)).toEqual(['one two']);
});

/** The clock's own, and a hand on those that come again and again. */
class SweptClock implements Clock {
  readonly #sweeps = new Set<() => void>();
  #aheadMs = 0;
  nowMs = (): number => clock.nowMs();
  monotonicMs = (): number => clock.monotonicMs() + this.#aheadMs;
  after = (delayMs: number, task: () => void): (() => void) => clock.after(delayMs, task);
  soon = (task: () => void): void => clock.soon(task);
  every(_everyMs: number, task: () => void): () => void {
    this.#sweeps.add(task);
    return () => this.#sweeps.delete(task);
  }

  sweepAfter(ms: number): void {
    this.#aheadMs += ms;
    for (const sweep of this.#sweeps) sweep();
  }
}

test('a thread most of whose screens sleep is replaced, and nobody notices', async () => {
  const swept = new SweptClock();
  const renewed = Promise.withResolvers<void>();
  const threads = await startThreads({ clock: swept, onThreadRenewed: () => renewed.resolve() });
  const sleepers = Array.from({ length: THREAD_RENEW_SLEEPERS_PER_AWAKE }, () => open(threads));
  for (const { screen } of sleepers) screen.write(Buffer.from('asleep'));
  const awake = open(threads);
  awake.screen.write(Buffer.from('awake'));
  await Promise.all(sleepers.map(({ screen }) => screen.hibernate()));
  swept.sweepAfter(THREAD_RENEW_AFTER_MS);
  for (let at = 0; at < 20; at++) {
    awake.screen.write(Buffer.from(` ${at}`));
    await awake.screen.text(1);
  }
  await withDeadline(renewed.promise, { clock, timeoutMs: DEADLINE_MS, what: 'another thread' });

  const [first] = sleepers;
  first?.screen.write(Buffer.from('!'));
  expect(await first?.screen.text(1)).toEqual(['asleep!']);
  expect(await sleepers[1]?.screen.text(1)).toEqual(['asleep']);
  const counted = Array.from({ length: 20 }, (_, at) => ` ${at}`).join('');
  expect(await awake.screen.text(1)).toEqual([`awake${counted}`.slice(-SIZE.cols)]);
  for (const { screen, heard } of [...sleepers, awake]) {
    expect(heard.lost).toBe(0);
    expect(screen.lagBytes).toBe(0);
  }
});

test('a thread whose screens are awake stays', async () => {
  const swept = new SweptClock();
  let renewals = 0;
  const threads = await startThreads({ clock: swept, onThreadRenewed: () => renewals++ });
  const [sleeper, awake] = [open(threads), open(threads)];
  await sleeper.screen.hibernate();
  awake.screen.write(Buffer.from('awake'));
  swept.sweepAfter(THREAD_RENEW_AFTER_MS);
  await threads.stop(); // would wait for one that had begun
  expect(renewals).toBe(0);
});

test('screens go to the thread that has fewest, and a closed one is forgotten', async () => {
  const threads = await startThreads({ threads: 2 });
  const [first, second] = [open(threads), open(threads)];
  first.screen.dispose();
  first.screen.dispose();
  first.screen.write(Buffer.from('to nobody'));
  const third = open(threads);
  for (const { screen } of [second, third]) screen.write(Buffer.from('here'));
  expect(await second.screen.text(1)).toEqual(['here']);
  expect(await third.screen.text(1)).toEqual(['here']);
});

test('what is asked of a screen whose threads stop is refused, not left waiting', async () => {
  const threads = new ScreenThreads({ clock, threads: 1 });
  await threads.start();
  const { screen } = open(threads);
  const asked = screen.snapshot(0).catch((error: unknown) => error);
  await threads.stop();
  expect(await asked).toMatchObject({ code: 'internal' });
});
