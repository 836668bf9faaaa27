/** Keys are made once and stay private; sockets get a path that fits. */
import { chmod, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { prepareDataDirectory } from './data-directory.mjs';
import { requireFreePort, requireNoOther } from './occupied.mjs';

const uid = userInfo().uid;

test('directories are for their owner alone, keys have the agreed form and stay as they are', async () => {
  const temporary = await temporaryDirectory();
  const path = join(temporary, 'data');
  const data = await prepareDataDirectory(path, { uid, temporary });
  for (const each of [data.path, data.worker, data.gateway, data.run]) {
    expect((await stat(each)).mode & 0o777).toBe(0o700);
  }
  const keys = [data.workerKeyFile, data.jwtSecretFile];
  for (const file of keys) expect((await stat(file)).mode & 0o777).toBe(0o600);
  const texts = await Promise.all(keys.map((file) => readFile(file, 'utf8')));
  expect(texts[0]).toMatch(/^[0-9a-f]{64}\n$/);
  expect(texts[1]).toMatch(/^(#.*\n)*[0-9a-f]{8} [\w-]{43}\n$/);

  await prepareDataDirectory(path, { uid, temporary });
  expect(await Promise.all(keys.map((file) => readFile(file, 'utf8')))).toEqual(texts);
});

test('a directory or a key that others can read is refused with the remedy', async () => {
  const temporary = await temporaryDirectory();
  const path = join(temporary, 'data');
  const data = await prepareDataDirectory(path, { uid, temporary });
  await chmod(data.workerKeyFile, 0o644);
  await expect(prepareDataDirectory(path, { uid, temporary })).rejects.toMatchObject({
    advice: `chmod 600 ${data.workerKeyFile}`,
  });
  await chmod(path, 0o750);
  await expect(prepareDataDirectory(path, { uid, temporary })).rejects.toMatchObject({
    advice: `chmod 700 ${path}`,
  });
});

test('a path too long for a socket gives way to a short one that is ours', async () => {
  const temporary = await temporaryDirectory();
  const path = join(temporary, 'long'.repeat(25));
  const data = await prepareDataDirectory(path, { uid, temporary });
  expect(data.run).toMatch(new RegExp(`^${temporary}/ccd-${uid}-[0-9a-f]{12}$`));
  expect((await stat(data.run)).mode & 0o777).toBe(0o700);
});

test('what belongs to somebody else is not used, a link of theirs neither', async () => {
  const temporary = await temporaryDirectory();
  await symlink(await temporaryDirectory(), join(temporary, 'data'));
  const stranger = { uid: uid + 1, temporary };
  await expect(prepareDataDirectory(join(temporary, 'data'), stranger)).rejects.toThrow(
    'belongs to another user',
  );
});

test('a data directory in use and a port in use are found out before anything starts', async () => {
  const temporary = await temporaryDirectory();
  const data = await prepareDataDirectory(join(temporary, 'data'), { uid, temporary });
  await requireNoOther(data);
  await listening({ path: data.workerSocket });
  await expect(requireNoOther(data)).rejects.toThrow(`another dashboard is using ${data.path}`);

  const { port } = await listening({ port: 0, host: '127.0.0.1' });
  await expect(requireFreePort(port, '127.0.0.1')).rejects.toMatchObject({
    message: `port ${port} is taken by another program`,
    advice: expect.stringContaining('npm start -- --port'),
  });
});

async function listening(where: { path: string } | { port: number; host: string }) {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(where);
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'data-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}
