/** The description of the API is made from the table, and leaves nothing of it out. */
import { expect, test } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { REST, type Endpoint } from './rest.ts';

interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string; required: boolean }[];
  readonly requestBody?: { content: Record<string, { schema: unknown }> };
  readonly responses: Record<string, unknown>;
}

// Plain JSON, as whoever fetches it gets it.
const { paths, ...document } = JSON.parse(JSON.stringify(openApiDocument())) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
};

test('every endpoint is one operation, with its schemas and who may call it', () => {
  const operations = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        operation.operationId,
        { path, method, ...operation },
      ]),
    ),
  );
  expect([...operations.keys()].toSorted()).toEqual(Object.keys(REST).toSorted());
  for (const [name, endpoint] of Object.entries<Endpoint>(REST)) {
    const operation = operations.get(name);
    expect(operation).toMatchObject({
      path: endpoint.path.replaceAll(/:(\w+)/g, '{$1}'),
      method: endpoint.method.toLowerCase(),
      security: endpoint.access === 'public' ? [] : [{ login: [] }],
    });
    expect(Object.keys(operation?.responses ?? {})).toEqual([String(endpoint.status), 'default']);
    expect(operation?.requestBody === undefined).toBe(
      endpoint.body === undefined && endpoint.media === undefined,
    );
  }
});

test('every parameter of a path is described', () => {
  for (const [path, methods] of Object.entries(paths)) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters = [] } of Object.values(methods)) {
      const found = parameters.filter((each) => each.in === 'path' && each.required);
      expect(found.map(({ name }) => name)).toEqual(wanted);
    }
  }
  const list = paths['/api/directories']?.['get'];
  expect(list?.parameters).toMatchObject([{ name: 'path', in: 'query', required: false }]);
});

test('references lead somewhere', () => {
  const text = JSON.stringify({ ...document, paths });
  for (const [, pointer = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = pointer
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
    expect(target, pointer).toBeDefined();
  }
  expect(document.openapi).toMatch(/^3\.1\./);
});
