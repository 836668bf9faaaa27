/** Mouse, wheel, finger and focus as a program is told of them, and still is after a reload. */
import type { Page } from '@playwright/test';
import { expect, test } from '../dashboard.ts';
import { TerminalPage } from '../terminal-page.ts';
import { Puppet } from './puppet.ts';

test('mouse reports, in every encoding, before and after a reload', async ({ dashboard }) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page } = puppet.terminal;
  const { mouse, keyboard } = page;

  await puppet.show('\x1b[?1000h\x1b[?1006h', 'clicks');
  for (const what of ['at once', 'after a reload']) {
    await mouse.move(...(await puppet.place(4, 2)));
    await mouse.click(...(await puppet.place(9, 5)));
    await typed(puppet, '\x1b[<0;10;6M\x1b[<0;10;6m', what);
    await mouse.click(...(await puppet.place(0, 0)), { button: 'right' });
    await typed(puppet, '\x1b[<2;1;1M\x1b[<2;1;1m', what);
    await mouse.wheel(0, -120);
    await mouse.wheel(0, 120);
    await typed(puppet, '\x1b[<64;1;1M\x1b[<65;1;1M', what);
    await page.reload();
    await puppet.terminal.shows('clicks');
  }

  await puppet.show('\x1b[?1002h', 'drags');
  await keyboard.down('Control');
  await mouse.move(...(await puppet.place(1, 1)));
  await mouse.down();
  await mouse.move(...(await puppet.place(3, 1)));
  await mouse.up();
  await keyboard.up('Control');
  await typed(puppet, '\x1b[<16;2;2M\x1b[<48;4;2M\x1b[<16;4;2m');

  await puppet.show('\x1b[?1003h', 'moves');
  await mouse.move(...(await puppet.place(7, 3)));
  await mouse.move(...(await puppet.place(8, 3)));
  await typed(puppet, '\x1b[<35;8;4M\x1b[<35;9;4M');

  await puppet.show('\x1b[?1003l\x1b[?1006l\x1b[?1000h', 'old');
  await mouse.click(...(await puppet.place(100, 1)));
  await typed(puppet, '\x1b[M \x85"\x1b[M#\x85"');

  await puppet.show('\x1b[?1000l', 'none');
  await mouse.click(...(await puppet.place(1, 1)));
  await keyboard.press('x');
  await typed(puppet, 'x');
});

test('a wheel and a finger move three rows and their way: scrollback, arrows, or reports', async ({
  dashboard,
}) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page, rows } = puppet.terminal;
  const { rows: height } = await puppet.size();
  const lines = Array.from({ length: 200 }, (_, number) => `row ${number}.\r\n`);
  await puppet.show(lines.join(''), 'last');
  const first = lines.length + 1 - height;
  await page.mouse.move(...(await puppet.place(5, 5)));
  await page.mouse.wheel(0, -120);
  await expect(rows.locator('> div').first()).toHaveText(`row ${first - 3}.`);
  await drag(puppet, 4);
  await expect(rows.locator('> div').first()).toHaveText(`row ${first - 7}.`);
  await drag(puppet, -3);
  await expect(rows.locator('> div').first()).toHaveText(`row ${first - 4}.`);
  expect(puppet.takeTyped()).toBe('');

  await puppet.show('\x1b[?1049h\x1b[H', 'full screen');
  await page.mouse.wheel(0, -120);
  await typed(puppet, '\x1b[A\x1b[A\x1b[A');
  await puppet.show('\x1b[?1h', 'application');
  await page.mouse.wheel(0, 120);
  await typed(puppet, '\x1bOB\x1bOB\x1bOB');
  await drag(puppet, 2);
  await typed(puppet, '\x1bOA\x1bOA');
  await puppet.show('\x1b[?1000h\x1b[?1006h', 'reports');
  await drag(puppet, -2);
  await expect.poll(() => puppet.takeTyped()).toMatch(/^(\x1b\[<65;\d+;\d+M){2}$/);
});

test('focus is reported by the window that decides, and after a reload', async ({ dashboard }) => {
  const puppet = await Puppet.start(dashboard, 'tmux');
  const { page } = puppet.terminal;
  await puppet.show('\x1b[?1004h', 'focus');
  await typed(puppet, '\x1b[I');
  await blur(page);
  await typed(puppet, '\x1b[O');
  await page.locator('.xterm-helper-textarea').focus();
  await typed(puppet, '\x1b[I');
  await page.reload();
  await puppet.terminal.shows('focus');
  await expect.poll(() => puppet.takeTyped()).toMatch(/\x1b\[I$/);

  const other = await new TerminalPage(await dashboard.as('operator')).open(puppet.session.id);
  await other.shows('focus');
  await blur(other.page);
  await other.type('x');
  await expect.poll(() => puppet.typed).toContain('x');
  expect(puppet.takeTyped()).toBe('x');
});

async function typed(puppet: Puppet, bytes: string, what?: string): Promise<void> {
  await expect.poll(() => puppet.typed, what).toBe(bytes);
  puppet.takeTyped();
}

/** A finger that moves down by so many rows, and rests before it leaves: nothing rolls on. */
async function drag(puppet: Puppet, rows: number): Promise<void> {
  const [x, y] = await puppet.place(10, 10);
  const [, below] = await puppet.place(10, 11);
  await puppet.terminal.page.locator('.xterm-screen').evaluate(
    (target, { clientX, from, to }) => {
      const touch = (type: string, clientY: number) => {
        const touches = [new Touch({ identifier: 1, target, clientX, clientY })];
        const at = type === 'touchcancel' ? [] : touches;
        target.dispatchEvent(
          new TouchEvent(type, { touches: at, bubbles: true, cancelable: true }),
        );
      };
      touch('touchstart', from);
      touch('touchmove', to);
      touch('touchstart', to);
      touch('touchcancel', to);
    },
    { clientX: x, from: y, to: y + rows * (below - y) },
  );
}

async function blur(page: Page): Promise<void> {
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
}
