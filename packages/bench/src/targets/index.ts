/** Every target by name. The order is the one of the tables. */
import { startOurs } from './ours.ts';
import { startPlain, startPlainTmux } from './plain.ts';
import { startRawPipePane } from './raw-pipe-pane.ts';
import { startRawPty } from './raw-pty.ts';
import type { TargetKind } from './target.ts';

export { IGNORES, SIZE } from './target.ts';
export type { Address, Reader, Session, Target, TargetKind, Terminal } from './target.ts';

export const TARGETS = {
  'ours pty': {
    what: 'gateway and worker, engine pty',
    keeps: 'bytes',
    start: (atEnd) => startOurs('pty', atEnd),
  },
  plain: { what: 'one process with ws and node-pty', keeps: 'bytes', start: startPlain },
  'raw-pty': { what: 'node-pty without a network', keeps: 'bytes', start: startRawPty },
  'ours tmux': {
    what: 'gateway and worker, engine tmux',
    keeps: 'bytes',
    start: (atEnd) => startOurs('tmux', atEnd),
  },
  'plain-tmux': {
    what: 'one process with ws and node-pty, which runs tmux attach',
    keeps: 'screen',
    start: startPlainTmux,
  },
  'raw-pipe-pane': {
    what: 'tmux pipe-pane into a FIFO without a network',
    keeps: 'bytes',
    start: startRawPipePane,
  },
} as const satisfies Record<string, TargetKind>;

export type TargetName = keyof typeof TARGETS;
