/** Tables in the documents say what the code says: limits, frames, routes, methods, errors. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { exportsOf, type Exports } from './evaluate.ts';
import { quantityOf, rowsUnder } from './markdown.ts';
import { readTree, ROOT } from './tree.ts';

const PROTOCOL = 'docs/PROTOCOL.md';
const SHARED_LIMITS = 'packages/protocol/src/limits.ts';
const CONTRACTS = {
  toWorker: 'packages/protocol/src/terminal/viewer-frames.ts',
  toViewer: 'packages/protocol/src/terminal/worker-frames.ts',
  rest: 'packages/protocol/src/rest.ts',
  requests: 'packages/protocol/src/worker/requests.ts',
  errors: 'packages/protocol/src/errors.ts',
};

interface StatedLimit {
  readonly document: string;
  readonly name: string;
  readonly value: string;
  readonly file: string;
}

const stated = readTree(ROOT)
  .filter(({ path }) => path.endsWith('.md'))
  .flatMap(({ path, text }) => limitsIn(path, text));
const limits = exportsOf([...new Set(stated.map(({ file }) => file))]);
const contracts = exportsOf(Object.values(CONTRACTS));
const protocol = read(PROTOCOL);

test.each(stated)('$document: $name is $value', ({ name, value, file }) => {
  expect(quantityOf(value)).toBe(limits[file]?.[name]);
});

test('every limit that both ends rely on is in the protocol document', () => {
  const named = new Set(stated.filter(isOfProtocol).map(({ name }) => name));
  const missing = Object.entries(limits[SHARED_LIMITS] ?? {})
    .filter(([name, value]) => typeof value === 'number' && name.includes('_') && !named.has(name))
    .map(([name]) => name);
  expect(missing).toEqual([]);
});

test.each([
  ['to the worker', CONTRACTS.toWorker, 'VIEWER_FRAME'],
  ['to the viewer', CONTRACTS.toViewer, 'WORKER_FRAME'],
])('frames %s have the numbers that are on the wire', (direction, file, table) => {
  const rows = rowsUnder(protocol, [`Frame ${direction}`, 'Type']);
  const documented = rows.map(({ cells: [name, type] }) => [name, Number(type)]);
  const known = Object.entries(record(contracts[file]?.[table]));
  expect(documented).toEqual(known.map(([name, type]) => [upperSnake(name), type]));
});

test('every route is listed with who may call it', () => {
  const endpoints = Object.values(record(contracts[CONTRACTS.rest]?.['REST'])).map(record);
  const known = endpoints.map(({ method, path, access }) => [
    `${String(method)} ${String(path)}`,
    access,
  ]);
  expect(firstTwo(rowsUnder(protocol, ['Route', 'Least role']))).toEqual(known);
});

test('every request to a worker is listed with who may have it asked', () => {
  const methods = Object.entries(record(contracts[CONTRACTS.requests]?.['METHODS']));
  const known = methods.map(([name, method]) => [name, record(method)['access']]);
  expect(firstTwo(rowsUnder(protocol, ['Request', 'Least role']))).toEqual(known);
});

test('every error is listed with its codes and its remedy', () => {
  const errors = Object.entries(record(contracts[CONTRACTS.errors]?.['ERRORS']));
  const known = errors.map(([code, meaning]) => {
    const { httpStatus, closeCode, retryable, remedy } = record(meaning);
    return [code, String(httpStatus), String(closeCode), retryable ? 'yes' : 'no', remedy];
  });
  const rows = rowsUnder(read('docs/TROUBLESHOOTING.md'), ['Code', 'HTTP']);
  expect(rows.map(({ cells }) => cells)).toEqual(known);
});

function limitsIn(document: string, text: string): StatedLimit[] {
  return rowsUnder(text, ['Limit', 'Value', 'In']).map(
    ({ cells: [name = '', value = '', link] }) => {
      const target = /\]\(([^)]+)\)/.exec(link ?? '')?.[1] ?? '';
      return { document, name, value, file: posix.join(posix.dirname(document), target) };
    },
  );
}

function isOfProtocol({ document, file }: StatedLimit): boolean {
  return document === PROTOCOL && file === SHARED_LIMITS;
}

function firstTwo(rows: ReturnType<typeof rowsUnder>): unknown[] {
  return rows.map(({ cells }) => cells.slice(0, 2));
}

function upperSnake(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}

function record(value: unknown): Exports {
  expect(value).toBeTypeOf('object');
  return { ...(value as object) }; // checked one line above
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
