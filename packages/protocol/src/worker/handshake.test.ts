/** What gateway and worker sign, against golden texts and proofs, and that both sides agree on it. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import {
  gatewayProofText,
  GatewayHello,
  Purpose,
  WORKER_PROTOCOL_VERSION,
  WORKER_PROTOCOL_VERSIONS,
  WorkerHello,
  workerProofText,
  WorkerWelcome,
} from './handshake.ts';

const Vectors = Type.Object({
  key: Type.String(),
  challenge: Type.String(),
  nonce: Type.String(),
  purposes: Type.Array(
    Type.Object({
      name: Type.String(),
      purpose: Type.Unknown(),
      text: Type.String(),
      proof: Type.String(),
    }),
  ),
  worker: Type.Object({ text: Type.String(), proof: Type.String() }),
});

const file = new URL('../../test-vectors/handshake.json', import.meta.url);
const vectors = Value.Parse(Vectors, JSON.parse(readFileSync(file, 'utf8')));
const { challenge, nonce } = vectors;

function sign(text: string): string {
  const key = Buffer.from(vectors.key, 'hex');
  return createHmac('sha256', key).update(text).digest('base64url');
}

test.each(vectors.purposes)('a gateway signs its purpose: $name', ({ purpose, text, proof }) => {
  expect(Value.Check(Purpose, purpose)).toBe(true);
  expect(gatewayProofText(challenge, nonce, purpose)).toBe(text);
  expect(sign(text)).toBe(proof);
  const hello = { version: WORKER_PROTOCOL_VERSION, release: '0.1.0', nonce, proof, purpose };
  expect(Value.Check(GatewayHello, hello)).toBe(true);
});

test('a worker signs both numbers, and its proof is none of a gateway', () => {
  expect(workerProofText(challenge, nonce)).toBe(vectors.worker.text);
  expect(sign(vectors.worker.text)).toBe(vectors.worker.proof);
  expect(Value.Check(WorkerWelcome, { proof: vectors.worker.proof })).toBe(true);
});

test('both sides sign the same text, though one of them only sees what came over the wire', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (purpose) => {
      const received: unknown = JSON.parse(JSON.stringify(purpose));
      expect(gatewayProofText(challenge, nonce, received)).toBe(
        gatewayProofText(challenge, nonce, purpose),
      );
    }),
  );
});

test('another purpose, challenge or nonce is another text', () => {
  const other = 'C'.repeat(43);
  const purpose = { for: 'requests' };
  const texts = [
    gatewayProofText(challenge, nonce, purpose),
    gatewayProofText(other, nonce, purpose),
    gatewayProofText(challenge, other, purpose),
    gatewayProofText(nonce, challenge, purpose),
    gatewayProofText(challenge, nonce, { for: 'events' }),
    workerProofText(challenge, nonce),
    workerProofText(nonce, challenge),
  ];
  expect(new Set(texts).size).toBe(texts.length);
});

test('a challenge is 43 characters: a line break could make two texts one', () => {
  const hello = { version: 1, release: '0.1.0', challenge };
  expect(Value.Check(WorkerHello, hello)).toBe(true);
  for (const bad of ['', `${challenge}\n`, challenge.slice(1), `${challenge.slice(1)}\n`]) {
    expect(Value.Check(WorkerHello, { ...hello, challenge: bad })).toBe(false);
  }
});

test('a newer side may say more, and a purpose may not', () => {
  const hello = { version: 2, release: '9.0.0', challenge, capabilities: ['x'] };
  expect(Value.Check(WorkerHello, hello)).toBe(true);
  expect(Value.Check(Purpose, { for: 'requests', as: 'root' })).toBe(false);
  expect(Value.Check(Purpose, { for: 'shell' })).toBe(false);
});

test('this release understands itself', () => {
  expect(WORKER_PROTOCOL_VERSIONS).toContain(WORKER_PROTOCOL_VERSION);
});
