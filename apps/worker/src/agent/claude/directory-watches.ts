/**
 * Tells when a file in a directory changes, as soon as the kernel does. A directory that is not there
 * yet is tried again: whoever relies on this looks by the clock too.
 */
import { watch, type FSWatcher } from 'node:fs';

type Listener = (file: string | undefined) => void;

export class DirectoryWatches {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #listener: (directory: string, file: string | undefined) => void;

  constructor(listener: (directory: string, file: string | undefined) => void) {
    this.#listener = listener;
  }

  /** From now on, if it is there and not watched already. */
  add(directory: string): void {
    if (this.#watchers.has(directory)) return;
    const tell: Listener = (file) => this.#listener(directory, file);
    try {
      const watcher = watch(directory, { persistent: false }, (_event, file) => {
        tell(file ?? undefined);
      });
      watcher.on('error', () => this.#drop(directory));
      this.#watchers.set(directory, watcher);
    } catch {
      // Not there yet, or no watches are left: the clock must do.
    }
  }

  close(): void {
    for (const directory of [...this.#watchers.keys()]) this.#drop(directory);
  }

  #drop(directory: string): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
  }
}
