import { CharsetNames } from '../src/screen/cursors.ts';
import { Emulator } from '../src/screen/emulator.ts';
import { Hold } from '../src/screen/hold.ts';
import { openCore } from '../src/screen/internals.ts';
import { createTerminal } from '../src/screen/xterm.ts';
import { ScreenTerminal } from '../src/screen/screen-terminal.ts';
const charsets = new CharsetNames();
const ev = { reply() {}, title() {}, bell() {} };
const mk = (cols: number, rows: number) =>
  new Emulator({ size: { cols, rows }, offset: 0, charsets }, ev);
const plain = Buffer.from(
  Array.from(
    { length: 2000 },
    (_, i) => `line ${i} the quick brown fox jumps over the lazy dog ${i * 7}\r\n`,
  ).join(''),
);
const tui = Buffer.from(
  Array.from(
    { length: 40 },
    (_, f) =>
      '\x1b[?2026h\x1b[H' +
      Array.from(
        { length: 24 },
        (_, r) =>
          `\x1b[38;2;${r * 9};${f * 3};120m│ row ${r}\x1b[0m \x1b[1mfile${f}.ts\x1b[22m \x1b[48;5;${r + 20}m  ok  \x1b[49m\x1b[K\r\n`,
      ).join('') +
      '\x1b[?2026l',
  ).join(''),
);
const mb = (b: Buffer, n: number) => (b.length * n) / 1e6;
for (const [name, b] of [
  ['plain', plain],
  ['tui', tui],
] as const) {
  for (const kind of ['xterm', 'emulator', 'hold'] as const) {
    const e = mk(80, 24);
    const c = openCore(createTerminal({ cols: 80, rows: 24 }));
    const h = new Hold(c._inputHandler._parser._transitions.table);
    const run = (n: number) => {
      for (let k = 0; k < n; k++)
        for (let i = 0; i < b.length; i += 16384) {
          const s = b.subarray(i, i + 16384);
          if (kind === 'xterm') c._inputHandler.parse(s);
          else if (kind === 'hold') h.take(s);
          else e.write(s);
        }
    };
    run(10);
    const n = kind === 'hold' ? 200 : 60;
    const t = performance.now();
    run(n);
    console.log(name, kind, (mb(b, n) / ((performance.now() - t) / 1000)).toFixed(1), 'MB/s');
    e.dispose();
  }
}
for (const [cols, rows] of [
  [80, 24],
  [200, 50],
] as const) {
  const fill = (e: Emulator, lines: number) => {
    let s = '';
    for (let i = 0; i < lines + rows; i++)
      s +=
        `\x1b[3${i % 8}mline ${i}\x1b[m ` +
        'some text that fills it '.repeat(Math.floor(cols / 30)) +
        '\r\n';
    e.write(Buffer.from(s));
  };
  for (const lines of [1000, 5000]) {
    globalThis.gc?.();
    const m0 = process.memoryUsage();
    const es = [];
    const N = 20;
    for (let i = 0; i < N; i++) {
      const e = mk(cols, rows);
      fill(e, lines);
      es.push(e);
    }
    globalThis.gc?.();
    const m1 = process.memoryUsage();
    console.log(
      `${cols}x${rows} ${lines} lines: heap ${((m1.heapUsed - m0.heapUsed) / N / 1024).toFixed(0)} KiB + buffers ${((m1.arrayBuffers - m0.arrayBuffers) / N / 1024).toFixed(0)} KiB per live screen`,
    );
    const e = es[0]!;
    for (const n of [0, 500, 1000, 5000]) {
      for (let i = 0; i < 20; i++) e.snapshot(n);
      const t = performance.now();
      let s;
      for (let i = 0; i < 20; i++) s = e.snapshot(n);
      console.log(
        `  snapshot ${n}: ${((performance.now() - t) / 20).toFixed(2)} ms ${(s!.bytes.length / 1024).toFixed(0)} KiB, ${s!.scrollbackLines}`,
      );
    }
    {
      const t = performance.now();
      e.text(12);
      console.log('  text', (performance.now() - t).toFixed(2));
    }
    const st = new ScreenTerminal(charsets, ev);
    st.become(es[1]!);
    const t = performance.now();
    const p = st.sleep();
    const t2 = performance.now();
    st.awake;
    console.log(
      `  asleep ${(p.bytes.length / 1024).toFixed(1)} KiB, sleep ${(t2 - t).toFixed(1)} ms, wake ${(performance.now() - t2).toFixed(1)} ms`,
    );
    for (const x of es) x.dispose();
  }
}
