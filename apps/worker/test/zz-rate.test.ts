import { test } from 'vitest';
import { Recording, shell, startTmuxEngine } from '/work/main/apps/worker/test/pane-fixture.ts';
test('x', { timeout: 220000 }, async () => {
  const engine = await startTmuxEngine();
  let tap = 0,
    scr = 0,
    t = 0;
  for (let i = 0; i < 200; i++) {
    const seen = new Recording();
    const script = `awk 'BEGIN { s = sprintf("%74s", ""); gsub(" ", "x", s); for (i = 0; i < 2500; i++) print i, s }'`;
    const t0 = performance.now();
    const pane = await engine.launch(shell(script), seen);
    await seen.end;
    t += performance.now() - t0;
    const last = `2499 ${'x'.repeat(74)}`;
    if (!seen.text.endsWith(last + '\r\n') && !seen.text.includes(last)) tap++;
    if (!Buffer.from(seen.lastScreen!.bytes).toString().includes(last)) scr++;
    await pane.dispose();
  }
  console.log({ tap, scr, ms: t / 200 });
});
