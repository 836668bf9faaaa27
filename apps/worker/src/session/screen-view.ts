/**
 * A session's screen as its session sees it: always there, even after the end, when the last
 * snapshot stands for it, and even when its parser died, when the log must do. Knows the title and
 * the preview that the list of sessions shows.
 */
import { PREVIEW_COLS_MAX, PREVIEW_ROWS, SCROLLBACK_LINES } from '@dashboard/protocol/limits';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Clock } from '@dashboard/runtime/clock';
import { PREVIEW_EVERY_MS } from './limits.ts';
import type { OutputLog } from './output-log.ts';
import type {
  PaneEngine,
  QueryKind,
  Screen,
  ScreenFactory,
  ScreenSeed,
  Snapshot,
} from './ports.ts';
import { Throttled } from './throttled.ts';

export interface ScreenViewOptions {
  readonly clock: Clock;
  readonly factory: ScreenFactory;
  readonly engine: PaneEngine;
  readonly log: OutputLog;
  /** What is kept on disk of a program that has ended; read when somebody looks, not before. */
  readonly kept: () => Snapshot | undefined;
  readonly events: ScreenViewEvents;
}

export interface ScreenViewEvents {
  /** Answer to a query of the program. */
  reply(bytes: Uint8Array): void;
  title(title: string): void;
  bell(): void;
  /** The list of sessions shows something that is not so any more. */
  changed(): void;
  /** What was parsed is gone: draw it anew, from the engine's own copy where there is one. */
  lost(): void;
  failed(what: string, error: unknown): void;
}

export class ScreenView {
  readonly #options: ScreenViewOptions;
  readonly #previewing: Throttled;
  #screen: Screen | undefined;
  /** The end of a program, until it is kept on disk. */
  #last: Snapshot | undefined;
  #underWay: Promise<Snapshot> | undefined;
  #title = '';
  #preview: readonly string[] = [];
  #size: TerminalSize = { cols: 1, rows: 1 };

  constructor(options: ScreenViewOptions) {
    this.#options = options;
    this.#previewing = new Throttled(options.clock, PREVIEW_EVERY_MS, () => {
      void this.#refreshPreview();
    });
  }

  /** The program's own title. */
  get title(): string {
    return this.#title;
  }

  /** The last rows as text. */
  get preview(): readonly string[] {
    return this.#preview;
  }

  /** Bytes that are still to be parsed and that the log must therefore keep. */
  get lagBytes(): number {
    return this.#screen?.lagBytes ?? 0;
  }

  /** Begins to parse at the end of the log. */
  open(size: TerminalSize, seed: ScreenSeed | undefined): void {
    const { factory, engine, log, events } = this.#options;
    this.#size = size;
    this.#screen = factory.create(
      { size, offset: log.end, seed, answeredElsewhere: silentAbout(engine) },
      {
        reply: (bytes) => events.reply(bytes),
        title: (title) => {
          this.#title = title;
          events.title(title);
          events.changed();
        },
        bell: () => events.bell(),
        screenLost: () => events.lost(),
      },
    );
    if (seed !== undefined) this.#previewing.ask();
  }

  write(bytes: Uint8Array): void {
    this.#screen?.write(bytes);
    this.#previewing.ask();
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#screen?.resize(size);
  }

  /** Forgets what was parsed: the screen at the end of the log is the seed. */
  reseed(seed: ScreenSeed): void {
    this.#screen?.reseed(seed, this.#options.log.end);
    this.#previewing.ask();
  }

  /**
   * Compares with the engine's own copy, which then counts.
   * @param offset where the output would go on after the difference @returns whether there is one
   */
  async reconcile(seed: ScreenSeed, offset: number): Promise<boolean> {
    try {
      return (await this.#screen?.reconcile(seed, offset)) ?? false;
    } catch (error) {
      this.#options.events.failed('reconcile', error);
      return false;
    }
  }

  /** Made once for all who ask meanwhile. Where the screen cannot tell, the log must do. */
  async snapshot(): Promise<Snapshot> {
    const { log, events } = this.#options;
    try {
      if (this.#screen === undefined) return this.#afterTheEnd();
      this.#underWay ??= this.#screen.snapshot(SCROLLBACK_LINES).finally(() => {
        this.#underWay = undefined;
      });
      const snapshot = await this.#underWay;
      // Output was torn away while it was being made: what follows it is not in the log.
      if (snapshot.offset < log.begin) return this.#blank();
      // A screen that was reconciled stands behind a tear before the log has been torn, or though it
      // never is: nobody may be sent beyond the log.
      return { ...snapshot, offset: Math.min(snapshot.offset, log.end) };
    } catch (error) {
      events.failed('snapshot', error);
      return this.#blank();
    }
  }

  /** From here on the screen is what it is now. @returns that, for the records */
  async end(): Promise<Snapshot> {
    this.#previewing.cancel();
    await this.#refreshPreview();
    this.#last = await this.snapshot();
    this.dispose();
    return this.#last;
  }

  /** The last screen is on disk: it need not be kept here. */
  ended(): void {
    this.#last = undefined;
  }

  async hibernate(): Promise<void> {
    await this.#screen?.hibernate();
  }

  dispose(): void {
    this.#previewing.cancel();
    this.#screen?.dispose();
    this.#screen = undefined;
  }

  /** Nothing follows it, wherever the offsets of its own time stood. */
  #afterTheEnd(): Snapshot {
    const last = this.#last ?? this.#options.kept();
    return last === undefined ? this.#blank() : { ...last, offset: this.#options.log.end };
  }

  /** An empty screen before the oldest output that is left: better a part of it than none. */
  #blank(): Snapshot {
    const { log } = this.#options;
    return { offset: log.begin, size: this.#size, scrollbackLines: 0, bytes: new Uint8Array(0) };
  }

  async #refreshPreview(): Promise<void> {
    try {
      const rows = await this.#screen?.text(PREVIEW_ROWS);
      const preview = rows?.map((row) => row.slice(0, PREVIEW_COLS_MAX));
      if (preview === undefined || preview.join('\n') === this.#preview.join('\n')) return;
      this.#preview = preview;
      this.#options.events.changed();
    } catch {
      // The screen is being made anew; the next output asks again.
    }
  }
}

/**
 * What the engine answers itself, and the kitty keyboard protocol: the page cannot type in it, and
 * to say nothing is how a terminal says that it does not know it.
 */
function silentAbout(engine: PaneEngine): ReadonlySet<QueryKind> {
  return new Set<QueryKind>([...engine.answeredQueries, 'kitty-keyboard']);
}
