/** Keyboard modes as a real terminal parses them. */
import headless from '@xterm/headless';
import { expect, test } from 'vitest';
import { KeyboardModes } from './keyboard-modes.ts';

const ESC = '\x1b';

async function after(text: string): Promise<KeyboardModes> {
  const terminal = new headless.Terminal({ allowProposedApi: true });
  const modes = new KeyboardModes(() => terminal.buffer.active.type);
  modes.register((name, handler) =>
    terminal.parser.registerCsiHandler(name, (params) => handler(params.map(Number))),
  );
  await new Promise<void>((parsed) => terminal.write(text, parsed));
  return modes;
}

test.each([
  ['pushed', `${ESC}[>1u`, 1],
  ['set', `${ESC}[=1u`, 1],
  ['set, added to, taken from', `${ESC}[=1;1u${ESC}[=1;2u${ESC}[=1;3u`, 0],
  ['only what is supported', `${ESC}[>30u`, 0],
  ['popped', `${ESC}[>1u${ESC}[>0u${ESC}[<u`, 1],
  ['popped to the ground', `${ESC}[>1u${ESC}[>1u${ESC}[<9999999u`, 0],
  ['of the other screen', `${ESC}[>1u${ESC}[?1049h`, 0],
  ['of this screen again', `${ESC}[>1u${ESC}[?1049h${ESC}[>0u${ESC}[?1049l`, 1],
  ['after a soft reset', `${ESC}[>1u${ESC}[!p`, 0],
])('flags: %s', async (_what, text, flags) => {
  expect((await after(text)).flags).toBe(flags);
});

test.each([
  ['set', `${ESC}[>4;2m`, 2],
  ['beyond what there is', `${ESC}[>4;9m`, 2],
  ['of another resource', `${ESC}[>4;2m${ESC}[>2;1m`, 2],
  ['reset by its name', `${ESC}[>4;2m${ESC}[>4m`, 0],
  ['reset with all', `${ESC}[>4;2m${ESC}[>m`, 0],
  ['disabled', `${ESC}[>4;2m${ESC}[>4n`, 0],
])('modifyOtherKeys: %s', async (_what, text, level) => {
  expect((await after(text)).modifyOtherKeys).toBe(level);
});

test('a sequence sets again what was set', async () => {
  const modes = await after(`${ESC}[>1u${ESC}[>0u${ESC}[>1u${ESC}[>4;1m`);
  const again = await after(modes.flagsSequence('normal') + modes.otherKeysSequence());
  expect([again.flags, again.modifyOtherKeys]).toEqual([1, 1]);
  expect(again.flagsSequence('normal')).toBe(modes.flagsSequence('normal'));
});
