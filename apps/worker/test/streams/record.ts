/**
 * Records what real programs print, for the snapshot tests: `node test/streams/record.ts <name>`
 * writes <name>.bin beside this file. The program runs at 80 by 24 in an empty directory with an
 * empty environment, is typed at when it falls silent, and gets its questions answered.
 */
import { spawn } from 'node-pty';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock as clock } from '@dashboard/runtime/clock';
import { CharsetNames } from '#src/screen/cursors.ts';
import { Emulator } from '#src/screen/emulator.ts';

const SIZE = { cols: 80, rows: 24 };
const SILENCE_MS = 250;

interface Recording {
  readonly command: readonly [string, ...string[]];
  /** One each time nothing has been printed for SILENCE_MS. */
  readonly keys: readonly string[];
}

const RECORDINGS: Readonly<Record<string, Recording>> = {
  vim: {
    command: [
      'vim',
      '-u',
      'NONE',
      '-N',
      '-c',
      'syntax on | set number hlsearch ruler title',
      'poem.txt',
    ],
    keys: [
      'jjjj',
      'dd',
      'p',
      'Gonew line \u6f22\u5b57 e\u0301 \x1b',
      '\x06',
      ':split\r',
      '\x17\x17',
      '/row\r',
      'n',
      ':vsplit\r',
      ':%s/row/ROW/\r',
      'u',
      ':qa!\r',
    ],
  },
  less: {
    command: ['less', '-R', '-i', 'poem.txt'],
    keys: [' ', ' ', 'b', '/row 3\r', 'n', 'G', 'g', '-N\r', 'j', 'j', 'k', 'q'],
  },
  bash: {
    command: ['bash', '--norc', '--noprofile', '-i'],
    keys: [
      "bind 'set enable-bracketed-paste on'; clear\r",
      'for i in 1 2 3; do printf \'\\e[3%dm%s\\e[m\\n\' $i "line $i"; done\r',
      'echo a long line that is edited before it is sent and is wider than the terminal, so that it wraps',
      '\x01\x1b[C\x1b[C\x1b[C\x04\x04',
      '\x12for\x07',
      '\x03',
      'cat poem.txt\r',
      'dialog --clear --title T --yesno "Continue with a dialog?" 8 40\r',
      '\t',
      '\r',
      'tput smcup; tput cup 5 5; printf "%s" alternate; tput civis\r',
      'tput cnorm; tput rmcup; exit\r',
    ],
  },
};

async function record({ command: [file, ...args], keys }: Recording): Promise<Buffer> {
  const cwd = await mkdtemp(join(tmpdir(), 'recording-'));
  await writeFile(join(cwd, 'poem.txt'), poem());
  const env = {
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    PATH: '/usr/bin:/bin',
    PS1: '$ ',
    HOME: cwd,
    HISTFILE: '',
  };
  const program = spawn(file, args, { ...SIZE, cwd, env, encoding: null });
  const emulator = new Emulator(
    { size: SIZE, offset: 0, charsets: new CharsetNames() },
    { reply: (_, text) => program.write(text), title() {}, bell() {} },
  );
  const pieces: Buffer[] = [];
  const left = [...keys];
  const ended = Promise.withResolvers<void>();
  let cancel = () => {};
  const typeWhenSilent = () => {
    cancel();
    cancel = clock.after(SILENCE_MS, () => {
      const next = left.shift();
      if (next !== undefined) program.write(next);
      typeWhenSilent();
    });
  };
  program.onData((data) => {
    const bytes = Buffer.from(data);
    pieces.push(bytes);
    emulator.write(bytes);
    typeWhenSilent();
  });
  program.onExit(() => ended.resolve());
  typeWhenSilent();
  await ended.promise;
  cancel();
  await rm(cwd, { recursive: true });
  return Buffer.concat(pieces);
}

function poem(): string {
  return Array.from(
    { length: 60 },
    (_, row) =>
      `row ${row} \x1b[3${row % 8}mof sixty\x1b[m ${'\u2500'.repeat(row % 20)} ${'word '.repeat(row % 23)}\n`,
  ).join('');
}

for (const name of process.argv.slice(2)) {
  const recording = RECORDINGS[name];
  if (recording === undefined) throw new Error(`one of ${Object.keys(RECORDINGS).join(', ')}`);
  await writeFile(new URL(`${name}.bin`, import.meta.url), await record(recording));
}
