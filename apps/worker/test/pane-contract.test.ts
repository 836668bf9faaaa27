/** S30: what every engine promises, held against the real thing: real programs on real terminals. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Pane, PaneEngine, PaneSpec } from '../src/session/ports.ts';
import { ENGINES, makeDirectory, Recording, shell, spec } from './pane-fixture.ts';

const EXIT_ROUNDS = Number(process.env['EXIT_ROUNDS'] ?? 20);
const FLOOD_LINES = 6_400_000; // 50 MB

/** What no shell, no tmux and no format string may touch. */
const NASTY = [
  'a;b',
  '; touch pwned ;',
  '#(touch pwned)',
  '#{pane_id}#S##',
  '$(touch pwned)',
  '`touch pwned`',
  '$HOME ${HOME} ~ ~root %H:%M %% %1',
  'two\nlines\r\tand\\back\\\\slash \\033 \\n',
  `it's "quoted" '\\'' {brace} [x] *?`,
  '-n',
  '--',
  '',
  ' ',
  '漢字 é 👩‍👩‍👧 \u0001\u007f\u0081\u0088\u2028',
  '@x=%begin 1 1 1',
  'end;',
  '\\',
] as const;

async function run(engine: PaneEngine, what: PaneSpec): Promise<[Pane, Recording]> {
  const recording = new Recording();
  const pane = await engine.launch(what, recording);
  onTestFinished(async () => {
    pane.signal('SIGKILL');
    await pane.dispose();
  });
  return [pane, recording];
}

/** The terminal turned each newline into CR LF. */
function uncooked(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

describe.each(ENGINES)('%s engine', (_name, startEngine) => {
  test('output arrives in order and complete, and the end after it', async () => {
    const engine = await startEngine();
    const [, seen] = await run(engine, shell('seq 1 2000; sleep 0.1; echo last'));
    expect(await seen.end).toEqual({ code: 0, signal: null });
    const lines = Array.from({ length: 2000 }, (_, at) => `${at + 1}\r\n`).join('');
    expect(seen.text).toBe(`${lines}last\r\n`);
  });

  test('every byte of the input reaches the program as it is', async () => {
    const engine = await startEngine();
    const script = 'stty raw -echo; echo ready; head -c 256 | od -An -v -tx1';
    const [pane, seen] = await run(engine, shell(script));
    await seen.untilText('ready');
    const all = Uint8Array.from({ length: 256 }, (_, value) => value);
    pane.write(all.subarray(0, 100));
    pane.write(all.subarray(100));
    await seen.end;
    const hex = seen.text.slice(seen.text.indexOf('ready') + 5).replace(/[^0-9a-f]/g, '');
    expect(hex).toBe(Buffer.from(all).toString('hex'));
  });

  test('input that the program does not read yet waits, in order', async () => {
    const engine = await startEngine();
    const script = `stty raw -echo; echo ready; sleep 0.3; head -c 200000 | sha256sum`;
    const [pane, seen] = await run(engine, shell(script));
    await seen.untilText('ready');
    const input = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7) % 251));
    const drained = new Promise<void>((resolve) => {
      for (let at = 0; at < input.length; at += 10_000) pane.write(input.subarray(at, at + 10_000));
      pane.onDrained(resolve);
    });
    await drained;
    expect(pane.pendingInputBytes).toBe(0);
    await seen.end;
    expect(seen.text).toContain(createHash('sha256').update(input).digest('hex'));
  });

  test('a resize reaches the program, and of a burst the last one stays', async () => {
    const engine = await startEngine();
    const script = `trap 'stty size' WINCH; stty size; while :; do sleep 0.02; done`;
    const [pane, seen] = await run(engine, shell(script));
    await seen.untilText('24 80');
    for (let cols = 81; cols <= 132; cols++) pane.resize({ cols, rows: 50 });
    await seen.untilText('50 132');
    expect(pane.size).toEqual({ cols: 132, rows: 50 });
  });

  test.each([
    ['exit 0', { code: 0, signal: null }],
    ['exit 7', { code: 7, signal: null }],
    ['kill -KILL $$', { code: null, signal: 9 }],
    ['kill -TERM $$', { code: null, signal: 15 }],
  ])('tells how the program ended: %s', async (script, exit) => {
    const engine = await startEngine();
    const [, seen] = await run(engine, shell(`echo so; ${script}`));
    expect(await seen.end).toEqual(exit);
    expect(seen.text).toContain('so');
  });

  test.each(['SIGHUP', 'SIGTERM', 'SIGKILL'] as const)('%s ends the program', async (signal) => {
    const engine = await startEngine();
    const [pane, seen] = await run(engine, shell('echo ready; exec sleep 60'));
    await seen.untilText('ready');
    pane.signal(signal);
    const number = { SIGHUP: 1, SIGTERM: 15, SIGKILL: 9 }[signal];
    expect(await seen.end).toEqual({ code: null, signal: number });
  });

  test('the pid is that of the program itself', async () => {
    const engine = await startEngine();
    const [pane, seen] = await run(engine, spec(['/bin/sleep', '60']));
    const argv = async (): Promise<string> => await readlink(`/proc/${pane.pid}/exe`);
    await expect.poll(argv).toMatch(/sleep|coreutils|busybox/);
    pane.signal('SIGKILL');
    await seen.end;
  });

  test(
    `prints 200 KB and exits, ${EXIT_ROUNDS} times, and the last line is always seen`,
    { timeout: EXIT_ROUNDS * 1_000 + 20_000 },
    async () => {
      const engine = await startEngine();
      const expected = Array.from({ length: 2500 }, (_, at) => `${at} ${'x'.repeat(74)}\r\n`)
        .join('')
        .slice(0, -2);
      let truncated = 0;
      for (let round = 0; round < EXIT_ROUNDS; round++) {
        const script = `awk 'BEGIN { s = sprintf("%74s", ""); gsub(" ", "x", s); for (i = 0; i < 2500; i++) print i, s }'`;
        const [pane, seen] = await run(engine, shell(script));
        expect(await seen.end).toEqual({ code: 0, signal: null });
        if (!seen.text.includes(expected)) truncated++;
        if (seen.lastScreen !== undefined) {
          const drawn = Buffer.from(seen.lastScreen.bytes).toString();
          expect(drawn).toContain(expected.slice(-79 * 20));
        }
        await pane.dispose();
      }
      expect(truncated).toBe(0);
    },
  );

  test('the environment is exactly what was given', async () => {
    const engine = await startEngine();
    const env = {
      ...Object.fromEntries(NASTY.map((value, at) => [`NASTY_${at}`, value])),
      ...{ PATH: '/usr/bin:/bin', TERM: 'xterm-256color', PWD: '/elsewhere', SHLVL: '7' },
      ...{ RANDOM: 'fixed', LC_ALL: 'xx_XX', IFS: 'e', OPTIND: 'x', PS4: '$(touch pwned)' },
      ...{ 'npm_config_//x': 'odd name', ENV: '/nowhere', UID: '5', TMUX: 'mine', PPID: '1' },
    };
    const [, seen] = await run(engine, spec(['/usr/bin/env', '-0'], { env }));
    await seen.end;
    const found = uncooked(seen.text)
      .split('\0')
      .filter((pair) => pair !== '');
    const given = Object.entries(env).map(([key, value]) => uncooked(`${key}=${value}`));
    expect(found.sort()).toEqual(given.sort());
  });

  test('the arguments are exactly what was given', async () => {
    const engine = await startEngine();
    const directory = await makeDirectory();
    const what = spec(['/usr/bin/printf', '%s\\0', ...NASTY], { directory });
    const [, seen] = await run(engine, what);
    await seen.end;
    const expected = NASTY.map((word) => word.replaceAll('\n', '\r\n'));
    expect(seen.text.split('\0').slice(0, -1)).toEqual(expected);
    expect(await readdir(directory)).toEqual([]);
  });

  test.each([...NASTY.filter((word) => word !== ''), '-L', "a'b", 'a=b'])(
    'the working directory is exactly what was given: %j',
    async (word) => {
      const engine = await startEngine();
      const parent = await realpath(await makeDirectory());
      const directory = join(parent, word.replaceAll('/', ''));
      await mkdir(directory);
      const [, seen] = await run(engine, spec(['/bin/pwd', '-P'], { directory }));
      await seen.end;
      expect(uncooked(seen.text)).toBe(`${directory}\n`);
      expect(await readdir(directory)).toEqual([]);
      expect(await readdir(parent)).toHaveLength(1);
    },
  );

  test('a program with an equals sign in its path runs', async () => {
    const engine = await startEngine();
    const directory = await makeDirectory();
    const path = join(directory, 'a=b');
    await copyFile('/bin/echo', path);
    const [, seen] = await run(engine, spec([path, 'hello']));
    await seen.end;
    expect(seen.text).toBe('hello\r\n');
  });

  test.each([
    ['a missing program', { argv: ['/nowhere/claude'] as [string] }],
    ['a program that is no file', { argv: ['/tmp'] as [string] }],
    ['a file that may not be run', { argv: ['/etc/passwd'] as [string] }],
    ['a relative program', { argv: ['sh'] as [string] }],
    ['a missing directory', { directory: '/nowhere/at/all' }],
    ['a directory that is a file', { directory: '/etc/passwd' }],
    ['a NUL byte in an argument', { argv: ['/bin/echo', 'a\0b'] as [string, string] }],
    ['a variable without a name', { env: { '': 'x' } }],
  ])('refuses %s with a reason', async (_what, wrong) => {
    const engine = await startEngine();
    const launching = engine.launch(spec(['/bin/echo'], wrong), new Recording());
    await expect(launching).rejects.toMatchObject({ code: 'launch_failed' });
  });

  test('50 MB arrive without a byte missing or changed', { timeout: 120_000 }, async () => {
    const engine = await startEngine();
    const hash = createHash('sha256');
    let bytes = 0;
    const seen = new Recording();
    const pane = await engine.launch(shell(`seq 1 ${FLOOD_LINES}; sleep 0.2`), {
      output: (chunk) => {
        expect(chunk.length).toBeLessThanOrEqual(64 * 1024);
        bytes += chunk.length;
        hash.update(chunk);
      },
      exit: (exit, lastScreen) => seen.exit(exit, lastScreen),
      gap: () => expect.unreachable('nothing was lost'),
      lost: () => seen.lost(),
    });
    onTestFinished(() => pane.dispose());
    const isOver = Promise.withResolvers<void>();
    void seen.end.then(
      () => isOver.resolve(),
      () => isOver.resolve(),
    );
    await isOver.promise;
    const expected = createHash('sha256');
    let expectedBytes = 0;
    for (let line = 1; line <= FLOOD_LINES; line += 1000) {
      let block = '';
      for (let at = line; at < line + 1000; at++) block += `${at}\r\n`;
      expected.update(block);
      expectedBytes += block.length;
    }
    expect(bytes).toBe(expectedBytes);
    expect(hash.digest('hex')).toBe(expected.digest('hex'));
  });

  test('many panes at once do not get in each other’s way', async () => {
    const engine = await startEngine();
    const panes = await Promise.all(
      Array.from({ length: 12 }, (_, at) => run(engine, shell(`echo I am ${at}; exec cat`))),
    );
    await Promise.all(panes.map(([, seen], at) => seen.untilText(`I am ${at}\r\n`)));
    panes.forEach(([pane], at) => pane.write(Buffer.from(`typed ${at}\n`)));
    await Promise.all(
      panes.map(([, seen], at) => seen.untilText(`typed ${at}\r\ntyped ${at}\r\n`)),
    );
  });

  test('a pane that was disposed leaves no file descriptor and no process', async () => {
    const engine = await startEngine();
    const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const before = await openFiles();
    const pids: number[] = [];
    for (const script of ['exit 0', 'exec sleep 60']) {
      const [pane, seen] = await run(engine, shell(`echo ready; ${script}`));
      await seen.untilText('ready');
      pane.signal('SIGKILL');
      await seen.end;
      await pane.dispose();
      pids.push(pane.pid);
    }
    await expect.poll(openFiles).toBe(before);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
