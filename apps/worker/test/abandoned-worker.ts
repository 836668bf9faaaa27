/** A worker to be killed: launches what it is told in tmux, says the pid, and stays. For tests. */
import { parseSessionId } from '@dashboard/protocol/ids';
import { makeTmuxEngine } from './tmux-options.ts';

const [directory = '', id = '', script = ''] = process.argv.slice(2);
const engine = makeTmuxEngine(directory);
await engine.start();
const pane = await engine.launch(
  {
    id: parseSessionId(id),
    argv: ['/bin/sh', '-c', script],
    directory,
    env: { PATH: process.env['PATH'] ?? '' },
    size: { cols: 80, rows: 24 },
  },
  { output: () => undefined, exit: () => undefined, gap: () => undefined, lost: () => undefined },
);
process.stdout.write(`${pane.pid}\n`);
