/**
 * What lies behind xterm.js's public API, as far as more than one program of ours needs it. The
 * packages @xterm/headless and @xterm/xterm keep it in the same places, another version may not:
 * nobody reads a core before its shape was checked.
 */

/**
 * Parameters of a control sequence; handlers may change them for those that run after. There is
 * always a first one; beyond `length` lies what other sequences left.
 */
export interface Parameters {
  readonly params: Int32Array;
  readonly length: number;
}

interface SequenceName {
  readonly prefix?: string;
  readonly intermediates?: string;
  readonly final: string;
}

/** Unlike the public one it hands out the parameters themselves; the public one gives copies. */
export type RegisterCsiHandler = (
  name: SequenceName,
  /** @returns whether the sequence is done with: what was registered before is asked otherwise */
  handler: (parameters: Parameters) => boolean,
) => unknown;

/** Paths into a core, dots between, and what `typeof` says of what is there. */
export type Shape = Readonly<Record<string, string>>;

export function coreOf(terminal: object): unknown {
  return Reflect.get(terminal, '_core');
}

export function hasShape(core: unknown, shape: Shape): boolean {
  return Object.entries(shape).every(([path, type]) => typeof follow(core, path) === type);
}

function follow(from: unknown, path: string): unknown {
  let at = from;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
