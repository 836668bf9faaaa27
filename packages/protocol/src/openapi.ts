/**
 * Describes the REST contract as OpenAPI 3.1, from the one table. TypeBox schemas are JSON Schema
 * 2020-12, which is what OpenAPI 3.1 embeds; so they go in as they are.
 */
import type { TSchema } from 'typebox';
import { Problem, PROBLEM_MEDIA_TYPE } from './problem.ts';
import { REST, type Endpoint } from './rest.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

export function openApiDocument(endpoints: Readonly<Record<string, Endpoint>> = REST): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Claude Code Dashboard',
      version: '1',
      description:
        'A browser logs in and holds two cookies. Requests that change something carry the Origin of the dashboard and, where they have a body, JSON. Every failure is a problem document.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths: pathsOf(endpoints),
    components: {
      schemas: { Problem: plain(Problem) },
      responses: {
        Problem: {
          description: 'What went wrong, with a code and what can be done',
          content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        login: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-access',
          description:
            'Set by login; called "access" where the dashboard is on plain http://localhost',
        },
      },
    },
  };
}

function pathsOf(endpoints: Readonly<Record<string, Endpoint>>): JsonObject {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    const methods = (paths[path] ??= {});
    methods[endpoint.method.toLowerCase()] = operationOf(name, endpoint);
  }
  return paths;
}

function operationOf(name: string, endpoint: Endpoint): JsonObject {
  const { summary, access, status, reply, params, query } = endpoint;
  const content = bodyOf(endpoint);
  const parameters = [...parametersIn('path', params), ...parametersIn('query', query)];
  return {
    operationId: name,
    summary,
    security: access === 'public' ? [] : [{ login: [] }],
    ...(access === 'public' ? {} : { 'x-least-role': access }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(content === undefined ? {} : { requestBody: { required: true, content } }),
    responses: {
      [status]: { description: 'Done', ...(reply === undefined ? {} : { content: jsonOf(reply) }) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function bodyOf({ body, media }: Endpoint): JsonObject | undefined {
  if (body !== undefined) return jsonOf(body);
  return media === undefined ? undefined : { [media]: {} };
}

function jsonOf(schema: TSchema): JsonObject {
  return { 'application/json': { schema: plain(schema) } };
}

/** One for each property of the schema, which is an object of strings. */
function parametersIn(place: 'path' | 'query', schema: TSchema | undefined): JsonObject[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = plain(schema);
  if (typeof properties !== 'object' || properties === null || !Array.isArray(required)) return [];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

/** A schema as JSON sees it: what TypeBox notes for itself is left behind. */
function plain(schema: TSchema): JsonObject {
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}
