/** Which directories can be entered, tried with real ones. S31. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { DashboardError } from '@dashboard/protocol/errors';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, onTestFinished, test } from 'vitest';
import { listDirectory } from './directories.ts';
import { ProjectRoots } from './roots.ts';

const OUTSIDE = { code: 'directory_outside_roots' };
const NOT_FOUND = { code: 'directory_not_found' };
const RACE_ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 3_000);

/** projects/ is the root; projects-evil/ and secret/ lie beside it. */
async function makeRoots(): Promise<{ base: string; root: string; roots: ProjectRoots }> {
  const base = await temporaryDirectory();
  const root = join(base, 'projects');
  for (const path of ['projects/app/src', 'projects-evil', 'secret/deep']) {
    await mkdir(join(base, path), { recursive: true });
  }
  return { base, root, roots: await ProjectRoots.find([root]) };
}

function expectRefused(attempt: Promise<unknown>, error: { code: string }): Promise<void> {
  return expect(attempt).rejects.toMatchObject({ name: 'DashboardError', ...error });
}

test('a root and what lies below it can be entered', async () => {
  const { root, roots } = await makeRoots();
  expect(await roots.enter(root)).toBe(root);
  expect(await roots.enter(join(root, 'app/src'))).toBe(join(root, 'app/src'));
  expect(await roots.enter(`${root}//app/./src/`)).toBe(join(root, 'app/src'));
  expect(await roots.enter(`${root}/app/src/../..`)).toBe(root);
});

test('a directory beside a root whose name begins like the root is outside', async () => {
  const { base, roots } = await makeRoots();
  await expectRefused(roots.enter(join(base, 'projects-evil')), OUTSIDE);
});

test('outside is outside, whether anything is there or not', async () => {
  const { base, root, roots } = await makeRoots();
  await writeFile(join(base, 'secret/file'), '');
  for (const path of [
    '/',
    '/etc',
    '/etc/passwd',
    '/no/such/place',
    base,
    join(base, 'secret'),
    join(base, 'secret/file'),
    join(base, 'secret/no-such'),
    `${root}/..`,
    `${root}/../secret`,
    `${root}/../no-such`,
    `${root}/app/../../../../../../../../../etc`,
  ]) {
    await expectRefused(roots.enter(path), OUTSIDE);
  }
});

test('an error tells nothing of what is outside but what was asked', async () => {
  const { base, roots } = await makeRoots();
  const messages = [];
  for (const name of ['secret', 'no-such']) {
    const error: unknown = await roots.enter(join(base, name)).catch((e: unknown) => e);
    if (error instanceof DashboardError) messages.push(error.message.replace(name, '?'));
  }
  expect(messages).toHaveLength(2);
  expect(messages[0]).toBe(messages[1]);
});

test('a link that leads out is outside, also when it leads nowhere', async () => {
  const { base, root, roots } = await makeRoots();
  await symlink(join(base, 'secret'), join(root, 'out'));
  await symlink('../../secret', join(root, 'app/relative'));
  await symlink(join(base, 'no-such'), join(root, 'dangling'));
  await symlink('/etc/passwd', join(root, 'file'));
  await symlink('round', join(root, 'round'));
  for (const path of ['out', 'out/deep', 'out/no-such', 'app/relative', 'dangling', 'file']) {
    await expectRefused(roots.enter(join(root, path)), OUTSIDE);
  }
  await expectRefused(roots.enter(join(root, 'dangling/deeper')), OUTSIDE);
  await expectRefused(roots.enter(join(root, 'round')), OUTSIDE);
});

test('a file from outside that is hard-linked into a root is no directory, and is listed nowhere', async () => {
  const { base, root, roots } = await makeRoots();
  await writeFile(join(base, 'secret/file'), 'what nobody may read');
  await link(join(base, 'secret/file'), join(root, 'app/hard'));
  await link(join(base, 'secret/file'), join(root, '.git'));
  await expectRefused(roots.enter(join(root, 'app/hard')), NOT_FOUND);
  await expectRefused(roots.enter(join(root, 'app/hard/inside')), NOT_FOUND);
  const { entries } = await listDirectory(roots, join(root, 'app'));
  expect(entries.map(({ name }) => name)).toEqual(['src']);
});

test('a link that leads in is entered at the place it leads to', async () => {
  const { base, root, roots } = await makeRoots();
  await symlink('app/src', join(root, 'short'));
  await symlink(root, join(base, 'elsewhere'));
  expect(await roots.enter(join(root, 'short'))).toBe(join(root, 'app/src'));
  expect(await roots.enter(join(base, 'elsewhere/app'))).toBe(join(root, 'app'));
  await expectRefused(roots.enter(join(base, 'elsewhere/no-such')), NOT_FOUND);
});

test('".." goes up from the link and not from where the link led', async () => {
  const { base, root, roots } = await makeRoots();
  await symlink(join(base, 'secret/deep'), join(root, 'out'));
  expect(await roots.enter(join(root, 'app'))).toBe(join(root, 'app'));
  expect(await roots.enter(`${root}/out/../app`)).toBe(join(root, 'app'));
  await expectRefused(roots.enter(`${root}/out/../no-such`), NOT_FOUND);
});

test('what is no directory inside a root is not found', async () => {
  const { root, roots } = await makeRoots();
  await writeFile(join(root, 'file'), '', { mode: 0o755 });
  for (const path of ['no-such', 'no-such/deeper', 'file', 'file/', 'file/x', 'n'.repeat(300)]) {
    await expectRefused(roots.enter(`${root}/${path}`), NOT_FOUND);
  }
});

test('a named pipe is refused at once instead of being waited for', async () => {
  const { root, roots } = await makeRoots();
  await once(spawn('mkfifo', [join(root, 'pipe')]), 'exit');
  await expectRefused(roots.enter(join(root, 'pipe')), NOT_FOUND);
});

test.each(['', 'projects', './projects', '~', 'a\0b', '/\0', '/etc\0/x'])(
  '%j is no path, and so outside',
  async (path) => {
    const { root, roots } = await makeRoots();
    await expectRefused(roots.enter(path), OUTSIDE);
    await expectRefused(roots.enter(`${root}/app\0`), OUTSIDE);
  },
);

test('a name that a shell or tmux would read is only a name', async () => {
  const { root, roots } = await makeRoots();
  for (const name of ['#(touch canary)', '$(id)', '; ls', 'a\nb', '-rf', '🎉', "it's"]) {
    await mkdir(join(root, name));
    expect(await roots.enter(join(root, name))).toBe(join(root, name));
  }
});

test.skipIf(getuid?.() === 0)('a directory without permission is not found', async () => {
  const { root, roots } = await makeRoots();
  const closed = join(root, 'app');
  await chmod(closed, 0);
  onTestFinished(() => chmod(closed, 0o700));
  await expectRefused(roots.enter(closed), NOT_FOUND);
  await expectRefused(roots.enter(join(closed, 'src')), NOT_FOUND);
});

test('a directory that is removed while it is open is not found', async () => {
  const { root, roots } = await makeRoots();
  const path = join(root, 'app/src');
  const gone = roots.visit(path, async (directory) => {
    await rm(path, { recursive: true });
    return roots.visit(directory.descriptorPath, () => Promise.resolve('entered'));
  });
  await expectRefused(gone, { code: expect.stringMatching(/not_found|outside/) });
});

test('an open directory stays the same one when its name is taken by another', async () => {
  const { base, root, roots } = await makeRoots();
  await roots.visit(join(root, 'app'), async ({ descriptorPath }) => {
    await rename(join(root, 'app'), join(root, 'moved'));
    await symlink(join(base, 'secret'), join(root, 'app'));
    expect(await roots.enter(descriptorPath)).toBe(join(root, 'moved'));
  });
  await expectRefused(roots.enter(join(root, 'app')), OUTSIDE);
});

test('the descriptor is closed, whatever happens while it is open', async () => {
  const { root, roots } = await makeRoots();
  let descriptor = '';
  const failing = roots.visit(root, ({ descriptorPath }) => {
    descriptor = descriptorPath;
    return Promise.reject(new Error('in use'));
  });
  await expect(failing).rejects.toThrow('in use');
  await expectRefused(roots.enter(descriptor), OUTSIDE);
});

/** Exchanges <root>/target, a directory inside, with a link to a place outside, as fast as it can. */
const EXCHANGE = `
const { renameSync } = require('node:fs');
const [target, link, spare] = process.argv.slice(1);
process.stdout.write('ready');
for (;;) {
  renameSync(target, spare); renameSync(link, target);
  renameSync(target, link); renameSync(spare, target);
}`;

test('nobody gets out by exchanging a directory with a link at the right moment', async () => {
  const { base, root, roots } = await makeRoots();
  const target = join(root, 'target');
  await mkdir(join(target, 'inside'), { recursive: true });
  await symlink(join(base, 'secret'), join(root, 'link'));
  const argv = ['-e', EXCHANGE, target, join(root, 'link'), join(root, 'spare')];
  const exchanger = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    exchanger.kill('SIGKILL');
    await once(exchanger, 'exit');
  });
  await once(exchanger.stdout, 'data');

  const seen = new Map<string, number>();
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const outcome = await listDirectory(roots, target).then(
      ({ path, entries }) => `${path ?? ''}: ${entries.map(({ name }) => name).join()}`,
      (error: unknown) => (error instanceof DashboardError ? error.code : String(error)),
    );
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  }
  const allowed = [OUTSIDE.code, NOT_FOUND.code];
  allowed.push(...['target', 'spare'].map((name) => `${join(root, name)}: inside`));
  expect([...seen.keys()].filter((outcome) => !allowed.includes(outcome))).toEqual([]);
  expect(seen.get(`${target}: inside`)).toBeGreaterThan(0);
  expect(seen.get(OUTSIDE.code)).toBeGreaterThan(0);
}, 600_000);

test('a root may be a link, and is known by where it leads', async () => {
  const { base, root } = await makeRoots();
  await symlink(root, join(base, 'link'));
  const roots = await ProjectRoots.find([join(base, 'link'), root, `${root}/`]);
  expect(roots.paths).toEqual([root]);
  expect(await roots.enter(join(base, 'link/app'))).toBe(join(root, 'app'));
});

test('the root of the file system allows everything', async () => {
  const roots = await ProjectRoots.find(['/']);
  expect(await roots.enter('/etc')).toBe('/etc');
  expect(roots.parentOf('/etc')).toBe('/');
  expect(roots.parentOf('/')).toBeNull();
});

test('roots that cannot be used are a configuration error that names each of them', async () => {
  const { base, root } = await makeRoots();
  await writeFile(join(base, 'file'), '');
  const wrong = ['relative', join(base, 'no-such'), join(base, 'file')];
  await expect(ProjectRoots.find([root, ...wrong])).rejects.toMatchObject({
    name: 'ConfigurationError',
    problems: [
      'ALLOWED_PROJECT_ROOTS: relative is not absolute',
      `ALLOWED_PROJECT_ROOTS: ${base}/no-such does not exist`,
      `ALLOWED_PROJECT_ROOTS: ${base}/file is no directory`,
    ],
  });
  await expect(ProjectRoots.find([])).rejects.toThrow(/names no directory/);
});
