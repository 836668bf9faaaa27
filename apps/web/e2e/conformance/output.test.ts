/** What programs print looks in the page as in a terminal of its own, now and for whoever comes later. */
import { expect, test } from '../dashboard.ts';
import { drawnRows } from './drawn.ts';
import { Puppet } from './puppet.ts';
import { ReferenceTerminal } from './reference.ts';
import { STREAMS } from './streams.ts';

const RESET = '\x1b[?1049l\x1bc\x1b[3J';

for (const engine of ['tmux', 'pty'] as const) {
  test(`${engine}: every stream is drawn as xterm.js alone draws it`, async ({
    dashboard,
    browser,
  }) => {
    const puppet = await Puppet.start(dashboard, engine);
    const { page } = puppet.terminal;
    const reference = await ReferenceTerminal.open(browser, await puppet.size());
    for (const [name, stream] of Object.entries(STREAMS)) {
      puppet.print(RESET + stream);
      await reference.write(RESET + stream);
      const expected = await drawnRows(reference.page);
      expect(expected.flat(), `${name} draws something`).not.toEqual([]);
      await expect.poll(() => drawnRows(page), name).toEqual(expected);
    }
    await reference.close();
  });
}
