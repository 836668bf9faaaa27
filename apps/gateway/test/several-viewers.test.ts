/** Several viewers of one session: who decides the size, who takes whose place. */
import { join } from 'node:path';
import type { SessionId, ViewerId } from '@dashboard/protocol/ids';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { ApiClient } from '@dashboard/testkit/api-client';
import { OWNER } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { beforeEach, describe, expect, test } from 'vitest';
import { sharedStack } from './shared-stack.ts';

const PRINT_SIZES = join(import.meta.dirname, 'programs/print-sizes.ts');

describe.each(['tmux', 'pty'] as const)('%s', (engine) => {
  const stack = sharedStack({ engine, gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' } });
  let session: SessionId;
  let guests = 0;

  beforeEach(async () => {
    const { owner, projects } = stack();
    ({ id: session } = await owner.startSession({ directory: projects }));
  });

  async function attach(
    by: ApiClient = stack().owner,
    size?: { cols: number; rows: number },
  ): Promise<TerminalClient> {
    const options = size === undefined ? {} : { size };
    const client = await new TerminalClient(by, session, options).attach();
    await client.waitForFrame('attached');
    return client;
  }

  async function invite(): Promise<{ api: ApiClient; name: string }> {
    const name = `guest-${++guests}`;
    return { api: await stack().owner.invite(name, 'operator'), name };
  }

  function sizes(client: TerminalClient): Extract<WorkerFrame, { type: 'size' }>[] {
    return client.frames.filter((frame) => frame.type === 'size');
  }

  async function waitForSize(client: TerminalClient, wanted: object): Promise<void> {
    await until(() => matches(sizes(client).at(-1), wanted), { what: JSON.stringify(wanted) });
  }

  test('the controller decides the size; taking and releasing is told by name', async () => {
    const { api, name } = await invite();
    const ann = await attach(stack().owner, { cols: 100, rows: 30 });
    expect(ann.frames[0]).toMatchObject({ type: 'attached' });
    await waitForSize(ann, { isController: true, controller: OWNER.name });
    ann.type(`exec ${process.execPath} ${PRINT_SIZES}\r`);
    await ann.waitForText('SIZE 100x30;');
    const ben = await attach(api, { cols: 60, rows: 20 });
    await waitForSize(ben, { size: { cols: 100, rows: 30 }, isController: false });
    ben.send({ type: 'resize', size: { cols: 61, rows: 21 } });
    ben.send({ type: 'control', take: true });
    await waitForSize(ann, { size: { cols: 61, rows: 21 }, isController: false, controller: name });
    await waitForSize(ben, { size: { cols: 61, rows: 21 }, isController: true, controller: name });
    await ann.waitForText('SIZE 61x21;');
    ben.send({ type: 'control', take: false });
    await waitForSize(ben, { size: { cols: 100, rows: 30 }, isController: false });
    await waitForSize(ann, { isController: true, controller: OWNER.name });
    ann.close();
    await waitForSize(ben, { size: { cols: 61, rows: 21 }, isController: true, controller: name });
  });

  test('a burst of sizes is few resizes, and the program sees the last', async () => {
    const ann = await attach(stack().owner, { cols: 100, rows: 30 });
    ann.type(`exec ${process.execPath} ${PRINT_SIZES}\r`);
    await ann.waitForText('SIZE 100x30;');
    for (let cols = 50; cols <= 149; cols++) ann.send({ type: 'resize', size: { cols, rows: 25 } });
    await ann.waitForText('SIZE 149x25;');
    const seen = [...ann.text.matchAll(/SIZE (\d+x\d+);/g)].map(([, size]) => size);
    expect(seen.at(-1)).toBe('149x25');
    expect(seen.length).toBeLessThanOrEqual(4);
    expect(sizes(ann).length).toBeLessThanOrEqual(6);
    expect(await stack().owner.session(session)).toMatchObject({ size: { cols: 149, rows: 25 } });
  });

  test('a tab that comes again takes the place of its old connection', async () => {
    const ann = await attach();
    const again = await attachAs(stack().owner, ann.viewerId);
    expect(await ann.waitForClose()).toBe(4409);
    expect(ann.frames.at(-1)).toMatchObject({ type: 'closing', reason: 'replaced' });
    await expectAlive(again);
    expect(await stack().owner.session(session)).toMatchObject({ viewers: 1 });
  });

  test('nobody takes the place of another person by naming their tab', async () => {
    const { api } = await invite();
    const ann = await attach(stack().owner, { cols: 100, rows: 30 });
    const thief = await attachAs(api, ann.viewerId);
    await thief.waitForFrame('attached');
    thief.send({ type: 'resize', size: { cols: 33, rows: 11 } });
    await expectAlive(ann);
    expect(ann.closeCode).toBeUndefined();
    expect(await stack().owner.session(session)).toMatchObject({
      viewers: 2,
      size: { cols: 100, rows: 30 },
    });
  });

  test('a tab that comes again only to watch decides the size no more', async () => {
    const ann = await attach(stack().owner, { cols: 100, rows: 30 });
    const ben = await attach(stack().owner, { cols: 90, rows: 29 });
    const again = await attachAs(stack().owner, ann.viewerId, 'view');
    await waitForSize(ben, { isController: true });
    again.send({ type: 'resize', size: { cols: 33, rows: 11 } });
    ben.send({ type: 'resize', size: { cols: 91, rows: 28 } });
    await waitForSize(ben, { size: { cols: 91, rows: 28 } });
  });

  async function expectAlive(client: TerminalClient): Promise<void> {
    client.type('echo still he""re\r');
    await client.waitForText('still here\r\n');
  }

  /** A client that says it is another's tab. */
  async function attachAs(
    api: ApiClient,
    viewerId: ViewerId,
    mode: 'control' | 'view' = 'control',
  ): Promise<TerminalClient> {
    const body = { viewerId, mode };
    const { ticket } = await api.call('createTicket', { params: { id: session }, body });
    const client = new TerminalClient(api, session);
    await client.open(`/api/sessions/${session}/terminal`, ['dashboard.v1', `ticket.${ticket}`]);
    await client.waitForFrame('attached');
    return client;
  }
});

function matches(value: object | undefined, wanted: object): boolean {
  return value !== undefined && expect.objectContaining(wanted).asymmetricMatch(value);
}
