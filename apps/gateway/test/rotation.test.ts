/** S15: the key that signs logins is exchanged while requests run and terminals are open, and nobody notices. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApiClient } from '@dashboard/testkit/api-client';
import { OWNER, startStack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';

const CLI = join(import.meta.dirname, '../src/cli/main.ts');
const COMMAND_TIMEOUT_MS = 30_000;
const TEST_TIMEOUT_MS = 60_000;
const CALLERS = 6;
const VIEWERS = 3;
/** More by environment: each takes up to 5 s, in which the gateway looks at its file. */
const ROTATIONS = Number(process.env['ROTATIONS'] ?? 1);

/** Of an access token, as its header says. */
function kidOf(client: ApiClient): unknown {
  const [header = ''] = (client.cookieHeader.split(/[=;]/)[1] ?? '').split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: unknown };
  return kid;
}

test(
  'a rotation under load: no request is refused, no socket closes',
  async () => {
    const gatewayEnv = { RATE_LIMIT_MAX_REQUESTS: '1000000' };
    const { owner, gateway, projects, directory, url } = await startStack({ gatewayEnv });
    const { id } = await owner.startSession({ directory: projects });
    const viewers = await Promise.all(
      Array.from({ length: VIEWERS }, () => new TerminalClient(owner, id).attach()),
    );
    const load = { answered: 0, failures: [] as unknown[], isOver: false };
    const calling = Array.from({ length: CALLERS }, async () => {
      while (!load.isOver) {
        await owner.call('listSessions').then(
          () => load.answered++,
          (error: unknown) => load.failures.push(error),
        );
      }
    });
    const kids = [kidOf(owner)];
    for (let rotation = 1; rotation <= ROTATIONS; rotation++) {
      const env = { JWT_SECRET_FILE: join(directory, 'jwt.keys') };
      const options = { env, timeout: COMMAND_TIMEOUT_MS };
      await promisify(execFile)(process.execPath, [CLI, 'keys', 'rotate'], options);
      const loads = () => gateway.entries.filter(({ event }) => event === 'keys_loaded').length;
      await until(() => loads() === rotation, { what: 'the keys are loaded', timeoutMs: 20_000 });
      // Between the two there were requests: those with the old key go on to be believed.
      const before = load.answered;
      await until(() => load.answered > before + CALLERS, { what: 'the old key still verifies' });
      const newcomer = new ApiClient(url);
      await newcomer.logIn(OWNER.name, OWNER.password);
      kids.push(kidOf(newcomer));
      await newcomer.call('listSessions');
    }
    load.isOver = true;
    await Promise.all(calling);
    expect(load.failures).toEqual([]);
    expect(new Set(kids).size).toBe(ROTATIONS + 1);
    for (const viewer of viewers) {
      expect([viewer.closeCode, viewer.reconnects]).toEqual([undefined, 0]);
      viewer.type(`echo alive-$((${ROTATIONS}+1))\r`);
      await viewer.waitForText(`alive-${ROTATIONS + 1}`);
    }
    process.stdout.write(`rotation: ${ROTATIONS} under ${load.answered} requests, 0 refused\n`);
  },
  TEST_TIMEOUT_MS,
);
