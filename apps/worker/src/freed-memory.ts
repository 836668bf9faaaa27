/**
 * Gives memory that was freed back to the system. glibc keeps it: it only ever shortens its heaps at
 * their ends, and the cells of a screen lie in pieces of a kilobyte between what lives on (100 screens:
 * 170 MB that were free and not given back). Its malloc_trim() does, and nothing of Node's calls it.
 */
import type { Logger } from '@dashboard/runtime/logger';

/** Keep nothing at the end of a heap either. */
const PAD_BYTES = 0;

export interface FreedMemoryOptions {
  readonly logger: Logger;
}

type Trim = () => Promise<unknown>;

export class FreedMemory {
  readonly #logger: Logger;
  /** Loaded when it is needed first: a worker whose screens never sleep needs none of it. */
  #trim: Promise<Trim> | undefined;

  constructor({ logger }: FreedMemoryOptions) {
    this.#logger = logger;
  }

  /** In a thread of libuv's: 40 ms for 200 MB. Without glibc nothing happens. */
  async giveBack(): Promise<void> {
    try {
      const trim = await (this.#trim ??= load());
      await trim();
    } catch (error) {
      this.#logger.debug({ err: error }, 'freed memory is not given back');
    }
  }
}

async function load(): Promise<Trim> {
  const { default: koffi } = await import('koffi');
  const trim = koffi.load('libc.so.6').func('int malloc_trim(size_t pad)');
  return async () =>
    await new Promise((resolve, reject) => {
      trim.async(PAD_BYTES, (error: Error | null, hasGiven: number) => {
        if (error === null) resolve(hasGiven);
        else reject(error);
      });
    });
}
