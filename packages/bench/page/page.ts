/**
 * The page of the row `browser`, the same for every server: xterm.js, a socket, and a clock from the
 * event of a key to the frame after the one in which xterm.js has drawn it.
 */
import { encodeViewerFrame, type ViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import { decodeWorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import { Terminal } from '@xterm/xterm';

interface Wish {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly speaks: 'dashboard' | 'bytes';
  readonly cols: number;
  readonly rows: number;
}

/** What the benchmark calls. */
declare global {
  var openTerminal: (wish: Wish) => Promise<void>;
  var typeText: (text: string) => void;
  var screenText: () => string;
  var takeDelays: () => number[];
}

/** As the row types them; no escape sequence holds one. */
const KEY_BYTES = [0x2c, 0x2e]; // a comma and a full stop

/** When each key went down that has not come back. */
let typed: number[] = [];
let delays: number[] = [];
/** Keys whose echo is parsed and not yet drawn. */
let parsed: number[] = [];
let terminal: Terminal | undefined;

globalThis.openTerminal = async ({ url, protocols, speaks, cols, rows }) => {
  const view = new Terminal({ cols, rows, scrollback: 5_000 });
  terminal = view;
  view.open(document.body);
  view.focus();
  view.onRender(() => {
    const drawn = parsed;
    parsed = [];
    requestAnimationFrame((nowMs) => {
      for (const atMs of drawn) delays.push(Math.max(nowMs, performance.now()) - atMs);
    });
  });
  const socket = new WebSocket(url, [...protocols]);
  socket.binaryType = 'arraybuffer';
  const write = speaks === 'dashboard' ? asDashboard(socket, view) : asBytes(socket, view);
  view.onData((text) => write(text));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('close', ({ code }) => reject(new Error(`closed with ${code}`)));
  });
};

globalThis.typeText = (text) => terminal?.input(text);

globalThis.screenText = () => {
  const { active } = terminal?.buffer ?? {};
  if (active === undefined) return '';
  const rows = Array.from({ length: active.length }, (_none, row) => active.getLine(row));
  return rows.map((line) => line?.translateToString(true) ?? '').join('\n');
};

globalThis.takeDelays = () => {
  const taken = delays;
  [typed, parsed, delays] = [[], [], []];
  return taken;
};

addEventListener('keydown', ({ timeStamp }) => typed.push(timeStamp), { capture: true });

/** The bytes of a key come back in the order in which they were typed. */
function onParsed(bytes: Uint8Array): void {
  for (const byte of bytes) {
    const atMs = KEY_BYTES.includes(byte) ? typed.shift() : undefined;
    if (atMs !== undefined) parsed.push(atMs);
  }
}

function asBytes(socket: WebSocket, view: Terminal): (text: string) => void {
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    const bytes = new Uint8Array(data);
    view.write(bytes, () => onParsed(bytes));
  });
  return (text) => socket.send(text);
}

function asDashboard(socket: WebSocket, view: Terminal): (text: string) => void {
  let inputOffset = 0;
  const send = (frame: ViewerFrame): void => socket.send(encodeViewerFrame(frame));
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    const frame = decodeWorkerFrame(new Uint8Array(data));
    if (frame.type === 'output') {
      const offset = frame.offset + frame.bytes.length;
      view.write(frame.bytes, () => {
        onParsed(frame.bytes);
        send({ type: 'ack', offset });
      });
    } else if (frame.type === 'snapshot') {
      view.write(frame.bytes, () => {
        if (frame.isLast) send({ type: 'ack', offset: frame.offset });
      });
    }
  });
  return (text) => {
    const bytes = new TextEncoder().encode(text);
    send({ type: 'input', inputOffset, bytes });
    inputOffset += bytes.length;
  };
}
