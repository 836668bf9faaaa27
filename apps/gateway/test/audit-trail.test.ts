/** S55: the golden list: what people, programs and strangers do over a real dashboard is in its trail, and the trail is proven. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AuditRecord } from '@dashboard/protocol/audit';
import { AUDIT_EXPORT_PATH } from '@dashboard/protocol/rest-audit';
import { changeUnused, copyInUse } from '@dashboard/runtime/sqlite-judge';
import { OWNER } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { sharedStack } from './shared-stack.ts';

const CLI = join(import.meta.dirname, '../src/cli/main.ts');
const COMMAND_TIMEOUT_MS = 30_000;
const TEST_TIMEOUT_MS = 60_000;
const stack = sharedStack({ engine: 'pty', gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' } });

async function recordsOf(query: Record<string, string> = {}): Promise<AuditRecord[]> {
  const { records } = await stack().owner.call('listAudit', { query });
  return records.toReversed();
}

async function verify(env: Record<string, string>, ...argv: string[]) {
  const { directory } = stack();
  const options = {
    env: {
      ...{ DB_PATH: join(directory, 'gateway.db'), JWT_SECRET_FILE: join(directory, 'jwt.keys') },
      ...env,
    },
    timeout: COMMAND_TIMEOUT_MS,
  };
  const run = promisify(execFile)(process.execPath, [CLI, 'audit', 'verify', ...argv], options);
  return await run.then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, said: stdout + stderr };
    },
  );
}

test(
  'a terminal is in it from its ticket to its end, with how much was typed and not what',
  async () => {
    const { owner, projects } = stack();
    const { id: session } = await owner.startSession({ directory: projects });
    const viewer = await new TerminalClient(owner, session).attach();
    viewer.type('echo canary-$((40+2))\r');
    await viewer.waitForText('canary-42');
    viewer.close();
    await owner.call('endSession', { params: { id: session } });
    const ofSession = async () =>
      (await recordsOf()).filter((record) => record['session'] === session);
    const isOver = async () => (await ofSession()).some(({ event }) => event === 'terminal_closed');
    await until(isOver, { what: 'its end is told' });
    const records = await ofSession();
    expect(new Set(records.map(({ event }) => event))).toEqual(
      new Set([
        ...['session_created', 'ticket_made', 'terminal_opened', 'control_taken'],
        ...['terminal_closed', 'session_ended'],
      ]),
    );
    for (const record of records) {
      expect(record).toMatchObject({ person: OWNER.name, address: '127.0.0.1' });
      expect([record.userId, record.loginId, record.requestId]).not.toContain(undefined);
    }
    const closed = records.find(({ event }) => event === 'terminal_closed');
    expect(closed).toMatchObject({ why: 'browser', inputs: 1, inputBytes: 22 });
    expect(JSON.stringify(records)).not.toContain('canary');
  },
  TEST_TIMEOUT_MS,
);

test('what ends a login says why', async () => {
  const { owner } = stack();
  const name = `guest-${randomUUID()}`;
  const guest = await owner.invite(name, 'observer');
  const { user, loginId } = await guest.call('me');
  await owner.call('removeUser', { params: { id: user.id } });
  const [revoked] = (await recordsOf({ event: 'login_revoked' })).filter(
    (record) => record.loginId === loginId,
  );
  expect(revoked).toMatchObject({ reason: 'person_removed' });
});

test('only owners read it', async () => {
  const guest = await stack().owner.invite(`guest-${randomUUID()}`, 'operator');
  await expect(guest.call('listAudit')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(guest.call('verifyAudit')).rejects.toMatchObject({ code: 'forbidden' });
  const headers = { cookie: guest.cookieHeader };
  const response = await fetch(new URL(AUDIT_EXPORT_PATH, stack().url), { headers });
  expect(response.status).toBe(403);
});

test(
  'the command line proves it beside the daemon, and finds a row that was changed in a copy',
  async () => {
    const { owner, directory } = stack();
    expect((await owner.call('verifyAudit')).flaw).toBeNull();
    const whole = await verify({});
    expect(whole).toMatchObject({ code: 0, said: expect.stringContaining('holds') });
    const [, head = ''] = /it ends at (\S+)/.exec(whole.said) ?? [];
    await owner.call('listSessions');
    expect(await verify({}, '--contains', head)).toMatchObject({ code: 0 });
    expect(await verify({}, '--contains', `1:${'0'.repeat(64)}`)).toMatchObject({
      ...{ code: 1, said: expect.stringContaining('does not contain') },
    });
    expect(await verify({}, '--contains', 'nonsense')).toMatchObject({ code: 78 });

    const copy = join(await temporaryDirectory(), 'copy.db');
    copyInUse(join(directory, 'gateway.db'), copy);
    expect(await verify({ DB_PATH: copy })).toMatchObject({ code: 0 });
    changeUnused(
      copy,
      `DROP TRIGGER audit_records_never_change;
       UPDATE audit_records SET record = replace(record, '"at":"2', '"at":"1') WHERE number = 2`,
    );
    expect(await verify({}, '--file', copy)).toMatchObject({
      ...{ code: 1, said: expect.stringMatching(/DOES NOT HOLD at record 2: a record is not/) },
    });
  },
  TEST_TIMEOUT_MS,
);

test('all of it comes as lines, and taking it out is in it', async () => {
  const { owner, url } = stack();
  const headers = { cookie: owner.cookieHeader };
  const response = await fetch(new URL(AUDIT_EXPORT_PATH, url), { headers });
  expect(response.headers.get('content-type')).toContain('application/jsonl');
  const lines = (await response.text()).trimEnd().split('\n');
  const records = lines.map((line) => {
    const { record }: { record: string } = JSON.parse(line);
    const fields: AuditRecord = JSON.parse(record);
    return fields;
  });
  expect(records.map(({ number }) => number)).toEqual(records.map((_record, place) => place + 1));
  expect(records[0]?.event).toBe('trail_begun');
  expect(records.at(-1)).toMatchObject({ event: 'audit_exported', person: OWNER.name });
});
