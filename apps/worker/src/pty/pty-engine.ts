/** Sessions on PTYs of the worker itself: the fastest terminal there is, and it ends with the worker. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import { requireLaunchable } from '../pane/index.ts';
import type { AdoptedPane, PaneEngine, PaneEvents, PaneSpec, QueryKind } from '../session/ports.ts';
import { loadNativePty, type Fork, type NativePty } from './native.ts';
import { PtyPane } from './pty-pane.ts';

export interface PtyEngineOptions {
  readonly clock: Clock;
}

export class PtyEngine implements PaneEngine, Part {
  readonly name = 'pty';
  /** A PTY answers nothing. */
  readonly answeredQueries: ReadonlySet<QueryKind> = new Set();
  readonly #clock: Clock;
  readonly #panes = new Set<PtyPane>();
  #native: NativePty | undefined;

  constructor({ clock }: PtyEngineOptions) {
    this.#clock = clock;
  }

  /** @throws DashboardError launch_failed where node-pty has not been compiled */
  async start(): Promise<void> {
    this.#native = await loadNativePty();
  }

  /** Hangs up every program: nothing could hold its terminal. */
  async stop(): Promise<void> {
    await Promise.all([...this.#panes].map((pane) => pane.dispose()));
  }

  async launch(spec: PaneSpec, events: PaneEvents): Promise<PtyPane> {
    const native = this.#native ?? (await loadNativePty());
    await requireLaunchable(spec);
    // Called from the event loop, where the exit of the quickest program waits for this function.
    const onExit = (code: number, signal: number): void => {
      pane.onExit(signal === 0 ? { code, signal: null } : { code: null, signal });
    };
    const forked = fork(native, spec, onExit);
    const onDisposed = (disposed: PtyPane): void => void this.#panes.delete(disposed);
    const deps = { native, clock: this.#clock, onDisposed };
    const pane = new PtyPane(deps, forked, { size: spec.size, events });
    this.#panes.add(pane);
    return pane;
  }

  async survivors(): Promise<readonly SessionId[]> {
    return [];
  }

  async adopt(id: SessionId, _events: PaneEvents): Promise<AdoptedPane> {
    throw new DashboardError('session_not_found', `${id} ended with the worker that ran it`);
  }
}

function fork(
  native: NativePty,
  { argv, directory, env, size }: PaneSpec,
  onExit: (code: number, signal: number) => void,
): Fork {
  try {
    return native.fork({ argv, directory, env, ...size, onExit });
  } catch (cause) {
    throw new DashboardError('launch_failed', 'no PTY, or no process, is left', { cause });
  }
}
