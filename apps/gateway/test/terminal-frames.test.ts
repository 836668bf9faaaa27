/** S8, S10: frames that are none. Whoever sends one is told why and cut off; nobody else notices. Others: CVE-2026-48779, CVE-2022-39386. */
import type { Socket } from 'node:net';
import type { SessionId } from '@dashboard/protocol/ids';
import { BROWSER_FRAME_BYTES_MAX, INPUT_BYTES_MAX } from '@dashboard/protocol/limits';
import { encodeViewerFrame, type ViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { beforeEach, describe, expect, test } from 'vitest';
import { sharedStack } from './shared-stack.ts';
import { OPCODE, rawFrame } from './websocket-frames.ts';

const stack = sharedStack({
  engine: 'pty',
  gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' },
});
let session: SessionId;
let bystander: TerminalClient;
let round = 0;

beforeEach(async () => {
  const { owner, projects } = stack();
  ({ id: session } = await owner.startSession({ directory: projects }));
  bystander = await new TerminalClient(owner, session).attach();
  bystander.type('echo rea""dy; exec cat\r');
  await bystander.waitForText('ready\r\n');
});

async function attach(): Promise<TerminalClient> {
  return await new TerminalClient(stack().owner, session).attach();
}

/** Whoever watched before still types and sees, and so does whoever comes now. */
async function expectNobodyHarmed(): Promise<void> {
  const word = `marker-${++round}`;
  bystander.type(`${word}\r`);
  await bystander.waitForText(`${word}\r\n${word}\r\n`);
  expect(bystander).toMatchObject({ gaps: 0, closeCode: undefined });
  const late = await attach();
  await late.waitForText(word);
  late.close();
}

async function expectCutOff(
  client: TerminalClient,
  { code, reason }: { code: number; reason: string },
): Promise<void> {
  expect(await client.waitForClose()).toBe(code);
  expect(client.frames.filter(({ type }) => type === 'closing')).toMatchObject([{ reason }]);
  await expectNobodyHarmed();
}

const MALFORMED = { code: 4400, reason: 'malformed' };
const input = (text: string): ViewerFrame => ({
  type: 'input',
  inputOffset: 0,
  bytes: Buffer.from(text),
});

function fields(type: number, ...bytes: number[]): Uint8Array {
  return Uint8Array.from([type, ...bytes]);
}

const HIGHEST_U64 = Array<number>(8).fill(0xff);

describe('a frame that is none is answered with malformed', () => {
  const cases: Readonly<Record<string, Uint8Array | string>> = {
    'text instead of bytes': 'echo hello\r',
    'an empty text': '',
    'no bytes at all': new Uint8Array(0),
    'type 0': fields(0x00),
    'an unknown type': fields(0x05, 0, 0),
    'a frame that only a worker sends': fields(0x8a, 1, 0, 0, 0, 0),
    'type 255': fields(0xff),
    'an offset that no number holds exactly': fields(0x01, ...HIGHEST_U64),
    'an ack of an offset that no number holds exactly': fields(0x03, ...HIGHEST_U64),
    'a size of 0': fields(0x02, 0, 0, 0, 0),
    'no columns': fields(0x02, 0, 0, 0, 24),
    'no rows': fields(0x02, 0, 80, 0, 0),
    'the largest size there is': fields(0x02, 0xff, 0xff, 0xff, 0xff),
    'a column too many': fields(0x02, 0x03, 0xe9, 0, 24),
    'control that is neither': fields(0x04, 2),
    'a control frame that goes on': fields(0x04, 1, 1),
    'a size that goes on': fields(0x02, 0, 80, 0, 24, 0),
    'an ack that goes on': fields(0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    'more input than a frame may hold': fields(
      0x01,
      ...Array<number>(8 + INPUT_BYTES_MAX + 1).fill(0),
    ),
  };
  test.each(Object.entries(cases))('%s', async (_name, bytes) => {
    const client = await attach();
    client.sendRaw(bytes);
    await expectCutOff(client, MALFORMED);
  });

  test('every frame, cut at every length', async () => {
    const frames: ViewerFrame[] = [
      { type: 'input', inputOffset: 0, bytes: new Uint8Array(0) },
      { type: 'resize', size: { cols: 80, rows: 24 } },
      { type: 'ack', offset: 0 },
      { type: 'control', take: true },
    ];
    for (const frame of frames) {
      const whole = encodeViewerFrame(frame);
      for (let length = 0; length < whole.length; length++) {
        const client = await attach();
        client.sendRaw(whole.subarray(0, length));
        expect([frame.type, length, await client.waitForClose()]).toEqual([
          frame.type,
          length,
          4400,
        ]);
      }
    }
    await expectNobodyHarmed();
  });
});

describe('a frame that makes no sense is answered with malformed', () => {
  test('an ack of output that was never sent', async () => {
    const client = await attach();
    client.send({ type: 'ack', offset: Number.MAX_SAFE_INTEGER });
    await expectCutOff(client, MALFORMED);
  });

  test('input behind a gap', async () => {
    const client = await attach();
    client.send({ type: 'input', inputOffset: 1, bytes: Buffer.from('INJECTED') });
    await expectCutOff(client, MALFORMED);
    expect(bystander.text).not.toContain('INJECTED');
  });

  test.each([
    ['the gateway', fields(0x00)],
    ['the worker', encodeViewerFrame({ type: 'ack', offset: 1e15 })],
    [
      'the worker, of a gap,',
      encodeViewerFrame({ type: 'input', inputOffset: 9, bytes: fields(1) }),
    ],
  ])('what %s refuses ends it: nothing behind it is typed', async (_who, bad) => {
    const client = await attach();
    client.sendRaw(bad);
    client.send(input('INJECTED\r'));
    client.send({ type: 'resize', size: { cols: 33, rows: 11 } });
    client.send({ type: 'control', take: true });
    await expectCutOff(client, MALFORMED);
    expect(bystander.text).not.toContain('INJECTED');
    const sizes = bystander.frames.filter((frame) => frame.type === 'size');
    expect(sizes.filter(({ isController }) => !isController)).toEqual([]);
  });
});

describe('what is no WebSocket frame ends the connection', () => {
  const binary = (length: number): Buffer =>
    rawFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(length, 1) });
  const cases: Readonly<Record<string, { bytes: Buffer; code: number }>> = {
    'a frame over the limit': { bytes: binary(BROWSER_FRAME_BYTES_MAX + 1), code: 1009 },
    'a frame that says it has an exabyte': {
      bytes: rawFrame({ opcode: OPCODE.binary, claimedLength: 2 ** 52 }),
      code: 1009,
    },
    'fragments that are over the limit together': {
      bytes: Buffer.concat([
        rawFrame({ opcode: OPCODE.binary, isFinal: false, payload: Buffer.alloc(16_000) }),
        rawFrame({ opcode: OPCODE.continuation, payload: Buffer.alloc(16_000) }),
      ]),
      code: 1009,
    },
    'a frame without a mask': { bytes: rawFrame({ opcode: 2, isMasked: false }), code: 1002 },
    'reserved bits': { bytes: rawFrame({ opcode: 2, reserved: 0x40 }), code: 1002 },
    'an unknown opcode': { bytes: rawFrame({ opcode: 0xb }), code: 1002 },
    'a continuation of nothing': { bytes: rawFrame({ opcode: 0 }), code: 1002 },
    'a ping over its limit': {
      bytes: rawFrame({ opcode: OPCODE.ping, payload: Buffer.alloc(126) }),
      code: 1002,
    },
    'text that is not UTF-8': {
      bytes: rawFrame({ opcode: OPCODE.text, payload: fields(0xff, 0xfe) }),
      code: 1007,
    },
    'plain garbage': { bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), code: 1002 },
  };
  test.each(Object.entries(cases))('%s', async (_name, { bytes, code }) => {
    const client = await attach();
    rawSocketOf(client).write(bytes);
    expect(await client.waitForClose()).toBe(code);
    await expectNobodyHarmed();
  });

  test(
    'also when a good frame came before, which counts, and one comes behind, which does not',
    { repeats: 5 },
    async () => {
      const client = await attach();
      const good = (offset: number, text: string): Buffer => {
        const frame = { type: 'input', inputOffset: offset, bytes: Buffer.from(text) } as const;
        return rawFrame({ opcode: OPCODE.binary, payload: encodeViewerFrame(frame) });
      };
      const garbage = rawFrame({ opcode: 0xb });
      rawSocketOf(client).write(Buffer.concat([good(0, 'BEFORE\r'), garbage, good(7, 'BEHIND\r')]));
      expect(await client.waitForClose()).toBe(1002);
      await bystander.waitForText('BEFORE\r\nBEFORE');
      await expectNobodyHarmed();
      expect(bystander.text).not.toContain('BEHIND');
    },
  );
});

test('what is typed right before the tab is closed is typed', { repeats: 20 }, async () => {
  const client = await attach();
  const word = `last-words-${++round}`;
  client.send(input(`${word}\r`));
  client.socket?.close();
  await bystander.waitForText(`${word}\r\n${word}`);
});

test('one frame in thousands of pieces is one frame', async () => {
  const client = await attach();
  const word = 'in-pieces-'.repeat(100);
  const bytes = encodeViewerFrame(input(`${'x\b \b'.repeat(800)}${word}\r`));
  const pieces = [...bytes].map((byte, place) =>
    rawFrame({
      opcode: place === 0 ? OPCODE.binary : OPCODE.continuation,
      isFinal: place === bytes.length - 1,
      payload: Uint8Array.of(byte),
    }),
  );
  expect(pieces.length).toBeGreaterThan(4_000);
  for (const piece of pieces) rawSocketOf(client).write(piece);
  await bystander.waitForText(word.slice(0, 100));
  expect(client.closeCode).toBeUndefined();
  await expectNobodyHarmed();
});

test('thousands of empty frames cost only whoever sends them', async () => {
  const clients = await Promise.all([attach(), attach(), attach()]);
  const empty = rawFrame({ opcode: OPCODE.binary, isFinal: false });
  const more = Buffer.concat(
    Array.from({ length: 20_000 }, () => rawFrame({ opcode: 0, isFinal: false })),
  );
  for (const client of clients) rawSocketOf(client).write(Buffer.concat([empty, more]));
  for (const client of clients) expect(await client.waitForClose()).toBe(1008);
  await expectNobodyHarmed();
});

test('a connection that is torn in the middle of a frame leaves nothing behind', async () => {
  const before = (await stack().owner.session(session)).viewers;
  const client = await attach();
  const whole = rawFrame({
    opcode: OPCODE.binary,
    payload: encodeViewerFrame(input('INJECTED\r')),
  });
  rawSocketOf(client).write(whole.subarray(0, 9));
  rawSocketOf(client).resetAndDestroy();
  await until(async () => (await stack().owner.session(session)).viewers === before, {
    what: 'the viewer is gone',
  });
  await expectNobodyHarmed();
  expect(bystander.text).not.toContain('INJECTED');
});

test('all of this is ordinary: the logs have no line of an error', () => {
  const { gateway, worker } = stack();
  const errors = [...gateway.entries, ...worker.entries].filter(({ level }) => level === 'error');
  expect(errors).toEqual([]);
  expect(gateway.stderr + worker.stderr).toBe('');
});

/** Below the WebSocket, where anything can be written. */
function rawSocketOf(client: TerminalClient): Socket {
  const { socket } = client;
  if (socket === undefined || !('_socket' in socket)) throw new Error('there is no socket');
  return socket['_socket'] as Socket; // what ws calls it, in every version so far
}
