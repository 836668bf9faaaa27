/** The two tables of what may be asked: REST, and the requests of a gateway to a worker. */
import { Type, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from './errors.ts';
import { EVENTS_PATH, REST, TERMINAL_PATH, type Endpoint, type EndpointName } from './rest.ts';
import { hasRole, requireRole } from './roles.ts';
import { isMethodName, METHODS, WorkerResponse } from './worker/requests.ts';

const HasProperties = Type.Object({ properties: Type.Object({}) });
const Union = Type.Object({ anyOf: Type.Array(Type.Object({})) });
const endpoints = Object.entries(REST) as [EndpointName, Endpoint][];
/** Everything a stranger may reach. A new row here is a decision, not an accident. */
const PUBLIC: readonly EndpointName[] = [
  'setupState',
  'setup',
  'login',
  'refresh',
  'challengePasskey',
  'logInWithPasskey',
  'acceptInvitation',
];
/** What one is told oneself, and where; one's own logins: nobody else notices. */
const OF_ONESELF: readonly EndpointName[] = [
  'changeAlerts',
  'muteSession',
  'unmuteSession',
  'addDevice',
  'removeDevice',
  'testDevice',
  'presence',
  'endOtherLogins',
  'endLogin',
  'changePassword',
  'offerFactor',
  'confirmFactor',
  'renewRecoveryCodes',
  'turnFactorOff',
  'prove',
  'proveWithPasskey',
  'offerPasskey',
  'addPasskey',
  'removePasskey',
];

describe.each(endpoints)('%s', (name, endpoint) => {
  test('names in its path exactly the parameters that it describes', () => {
    const inPath = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, param]) => param);
    expect(endpoint.path).toMatch(/^\/api(\/:?[a-zA-Z]+)+$/);
    const { properties } = Value.Parse(HasProperties, endpoint.params ?? { properties: {} });
    expect(Object.keys(properties)).toEqual(inPath);
  });

  test('answers with a body, or with 204', () => {
    expect(endpoint.status === 204).toBe(endpoint.reply === undefined);
  });

  test('takes a body only where there is one, and refuses unknown fields', () => {
    if (endpoint.method === 'GET') expect(endpoint.body).toBeUndefined();
    for (const schema of [endpoint.params, endpoint.query, endpoint.body]) {
      for (const one of alternatives(schema)) {
        expect(one).toMatchObject({ additionalProperties: false });
      }
    }
  });

  test('is public only if it has to be', () => {
    expect(endpoint.access === 'public').toBe(PUBLIC.includes(name));
  });

  test('changes something only for those who do more than watch', () => {
    const harmless: readonly EndpointName[] = ['logout', 'createTicket', ...OF_ONESELF];
    if (endpoint.method === 'GET' || endpoint.access === 'public') return;
    if (!harmless.includes(name)) expect(endpoint.access).not.toBe('observer');
  });
});

test('no two endpoints share a method and a path', () => {
  const shape = (path: string) => path.replaceAll(/:\w+/g, ':');
  const all = endpoints.map(([, { method, path }]) => `${method} ${shape(path)}`);
  const sockets = [TERMINAL_PATH, EVENTS_PATH].map((path) => `GET ${shape(path)}`);
  expect(new Set([...all, ...sockets]).size).toBe(all.length + sockets.length);
});

test('the worker asks for no less than the gateway for the same thing', () => {
  const pairs = [
    ['listSessions', 'sessions.list'],
    ['getSession', 'sessions.get'],
    ['createSession', 'sessions.create'],
    ['renameSession', 'sessions.rename'],
    ['endSession', 'sessions.end'],
    ['resumeSession', 'sessions.resume'],
    ['removeSession', 'sessions.remove'],
    ['listApprovals', 'approvals.list'],
    ['answerApproval', 'approvals.answer'],
    ['listPrompts', 'prompts.list'],
    ['queuePrompt', 'prompts.queue'],
    ['changePrompt', 'prompts.change'],
    ['withdrawPrompt', 'prompts.withdraw'],
    ['listProfiles', 'profiles.list'],
    ['listDirectory', 'directories.list'],
    ['getRepository', 'repositories.get'],
  ] as const;
  for (const [endpoint, method] of pairs) {
    expect(METHODS[method].access).toBe(REST[endpoint].access);
  }
});

test('only methods of the table are methods', () => {
  for (const name of Object.keys(METHODS)) expect(isMethodName(name)).toBe(true);
  for (const name of ['', 'toString', '__proto__', 'sessions']) {
    expect(isMethodName(name)).toBe(false);
  }
});

test('a failed answer names a code of the table', () => {
  const answer = (code: string) => ({ id: 1, error: { code, message: 'x' } });
  for (const code of ERROR_CODES) expect(Value.Check(WorkerResponse, answer(code))).toBe(true);
  expect(Value.Check(WorkerResponse, answer('no_such_code'))).toBe(false);
});

test('each role may do what those before it may', () => {
  const roles = ['observer', 'operator', 'owner'] as const;
  const table = roles.map((held) => roles.map((needed) => hasRole(held, needed)));
  expect(table).toEqual([
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ]);
  expect(() => requireRole('observer', 'operator')).toThrow(
    expect.objectContaining({ code: 'forbidden' }),
  );
});

/** A body may be one of several objects. */
function alternatives(schema: TSchema | undefined): readonly object[] {
  if (schema === undefined) return [];
  return Value.Check(Union, schema) ? schema.anyOf : [schema];
}
