/** Many sizes in a row, while the program prints: it and the page end alike, and no line is lost. */
import { expect, test } from '../dashboard.ts';
import { Puppet } from './puppet.ts';

const SIZES = Array.from({ length: 25 }, (_, step) => ({
  width: 560 + ((step * 379) % 900),
  height: 360 + ((step * 211) % 600),
}));
const LAST = { width: 1010, height: 610 };

for (const engine of ['tmux', 'pty'] as const) {
  test(`${engine}: a storm of sizes loses nothing`, async ({ dashboard }) => {
    const puppet = await Puppet.start(dashboard, engine);
    const { page, rows } = puppet.terminal;
    const before = await puppet.size();
    let printed = 0;
    const print = (count: number) => {
      for (let left = count; left > 0; left -= 1) puppet.print(`<line ${printed++}>\r\n`);
    };
    print(100);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      print(3);
    }
    await page.setViewportSize(LAST);
    print(1);
    await puppet.terminal.shows(`<line ${printed - 1}>`);
    await expect(async () => {
      const { cols, rows: height } = await puppet.size();
      expect(cols).toBeLessThan(before.cols);
      await expect(rows.locator('> div')).toHaveCount(height, { timeout: 100 });
    }).toPass({ timeout: 10_000 });
    const all = Array.from({ length: printed }, (_, line) => line);
    expect(await readUpwards(puppet), 'in the page that was there').toEqual(all);
    await page.reload();
    await puppet.terminal.shows(`<line ${printed - 1}>`);
    expect(await readUpwards(puppet), 'in a new page').toEqual(all);
  });
}

/** @returns the numbers of all lines from the oldest on, as often as they are there */
async function readUpwards({ terminal }: Puppet): Promise<number[]> {
  let numbers: number[] = [];
  for (;;) {
    const screen = (await terminal.rows.locator('> div').allInnerTexts()).join('\n');
    const shown = Array.from(screen.matchAll(/<line (\d+)>/g), ([, number]) => Number(number));
    const [oldest] = numbers;
    if (oldest === shown[0]) return numbers;
    const newer = oldest === undefined ? -1 : shown.indexOf(oldest);
    numbers = [...(newer < 0 ? shown : shown.slice(0, newer)), ...numbers];
    await terminal.page.keyboard.press('Shift+PageUp');
    await terminal.page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
  }
}
