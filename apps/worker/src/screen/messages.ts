/**
 * What the worker and its screen threads say to each other. Both sides parse what they get: a thread
 * of another version, left from an update in place, is told apart from one of ours here.
 */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { invariant } from '@dashboard/protocol/invariant';
import { TerminalSize } from '@dashboard/protocol/terminal/size';

const Count = Type.Integer({ minimum: 0 });
const Bytes = Type.Refine(
  Type.Unsafe<Uint8Array<ArrayBuffer>>({}),
  (value) => value instanceof Uint8Array,
);

const Seed = Type.Object({ size: TerminalSize, bytes: Bytes });
/** A sleeping screen: see Still in emulator.ts; `bytes` are deflated. */
export const Packed = Type.Object({ offset: Count, size: TerminalSize, bytes: Bytes, rest: Bytes });
export type Packed = Readonly<Static<typeof Packed>>;

const QueryKind = Type.Union([
  Type.Literal('da1'),
  Type.Literal('da2'),
  Type.Literal('da3'),
  Type.Literal('dsr'),
  Type.Literal('decrqm'),
  Type.Literal('decrqss'),
  Type.Literal('osc-colour'),
  Type.Literal('xtversion'),
  Type.Literal('kitty-keyboard'),
  Type.Literal('xtwinops'),
]);

const Open = Type.Object({
  kind: Type.Literal('open'),
  screen: Count,
  size: TerminalSize,
  offset: Count,
  seed: Type.Optional(Seed),
  packed: Type.Optional(Packed),
  answeredElsewhere: Type.Array(QueryKind),
});
const Write = Type.Object({ kind: Type.Literal('write'), screen: Count, bytes: Bytes });
const Resize = Type.Object({ kind: Type.Literal('resize'), screen: Count, size: TerminalSize });
const Reseed = Type.Object({
  kind: Type.Literal('reseed'),
  screen: Count,
  seed: Seed,
  offset: Count,
});
const Reconcile = Type.Object({
  kind: Type.Literal('reconcile'),
  screen: Count,
  request: Count,
  seed: Seed,
  offset: Count,
});
const TakeSnapshot = Type.Object({
  kind: Type.Literal('snapshot'),
  screen: Count,
  request: Count,
  scrollbackLines: Count,
});
const ReadText = Type.Object({
  kind: Type.Literal('text'),
  screen: Count,
  request: Count,
  rowsMax: Count,
});
const Pack = Type.Object({ kind: Type.Literal('pack'), screen: Count, request: Count });
const Close = Type.Object({ kind: Type.Literal('close'), screen: Count });

const ToThread = Type.Union([
  Write,
  Open,
  Resize,
  Reseed,
  Reconcile,
  TakeSnapshot,
  ReadText,
  Pack,
  Close,
]);
export type ToThread = Readonly<Static<typeof ToThread>>;
export type OpenMessage = Readonly<Static<typeof Open>>;

const Ready = Type.Object({ kind: Type.Literal('ready') });
/** All bytes of this screen parsed or forgotten since it was opened. */
const Progress = Type.Object({ kind: Type.Literal('progress'), screen: Count, totalBytes: Count });
const Reply = Type.Object({ kind: Type.Literal('reply'), screen: Count, bytes: Bytes });
const Title = Type.Object({ kind: Type.Literal('title'), screen: Count, title: Type.String() });
const Bell = Type.Object({ kind: Type.Literal('bell'), screen: Count });
/** xterm.js could not take the output; the screen went on blank. */
const Lost = Type.Object({ kind: Type.Literal('lost'), screen: Count, reason: Type.String() });

const SnapshotTaken = Type.Object({
  kind: Type.Literal('snapshot'),
  request: Count,
  offset: Count,
  size: TerminalSize,
  scrollbackLines: Count,
  bytes: Bytes,
});
const TextRead = Type.Object({
  kind: Type.Literal('text'),
  request: Count,
  rows: Type.Array(Type.String()),
});
const Reconciled = Type.Object({
  kind: Type.Literal('reconciled'),
  request: Count,
  differs: Type.Boolean(),
});
const PackedUp = Type.Object({ kind: Type.Literal('packed'), request: Count, packed: Packed });

const Answer = Type.Union([SnapshotTaken, TextRead, Reconciled, PackedUp]);
export type Answer = Readonly<Static<typeof Answer>>;
const Notice = Type.Union([Progress, Reply, Title, Bell, Lost]);
export type Notice = Readonly<Static<typeof Notice>>;
const FromThread = Type.Union([Notice, Answer, Ready]);
export type FromThread = Readonly<Static<typeof FromThread>>;

const toThread = Compile(ToThread);
const fromThread = Compile(FromThread);

export function parseToThread(message: unknown): ToThread {
  invariant(toThread.Check(message), 'a screen thread would do something nobody asked for');
  return message;
}

export function parseFromThread(message: unknown): FromThread {
  invariant(fromThread.Check(message), 'a screen would take something for an answer that is none');
  return message;
}
