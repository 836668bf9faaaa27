/** A tmux engine as the tests use it; apart from vitest, so that a process of its own can have one. */
import { systemClock } from '@dashboard/runtime/clock';
import { createLogger } from '@dashboard/runtime/logger';
import { TmuxEngine, type TmuxEngineOptions } from '../src/tmux/index.ts';

export const PATH = process.env['PATH'] ?? '/usr/bin:/bin';

export function makeTmuxEngine(
  runtimeDirectory: string,
  more: Partial<TmuxEngineOptions> = {},
): TmuxEngine {
  return new TmuxEngine({
    runtimeDirectory,
    configPath: new URL('../../../docker/tmux.conf', import.meta.url).pathname,
    binary: 'tmux',
    path: PATH,
    home: runtimeDirectory,
    clock: systemClock,
    logger: createLogger({
      service: 'worker',
      release: 'test',
      environment: 'test',
      level: process.env['LOG_LEVEL'] ?? 'silent',
    }),
    ...more,
  });
}
