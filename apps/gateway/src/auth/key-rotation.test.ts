/** S16: another key signs, the old ones stay as long as somebody may carry a token of theirs. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, test } from 'vitest';
import { KEYRING_KEYS_MAX, ROTATION_GRACE_MS } from '../limits.ts';
import { madeAtMs, rotateKeys } from './key-rotation.ts';
import { parseMasterKeys } from './master-keys.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2030, 0, 1);
const FIRST = 'first 9sXkq3Zc0dY1mB7uT4wLh2Rj8nVf6gPaEoKiCxQyNzA';

async function setUp(text = `# kept\n${FIRST}\n`) {
  const path = join(await temporaryDirectory(), 'jwt.keys');
  writeFileSync(path, text, { mode: 0o640 });
  const rotate = (nowMs: number) => rotateKeys({ path, nowMs, tokenTtlMs: HOUR_MS });
  const kids = () => parseMasterKeys(readFileSync(path, 'utf8'), 'test').map(({ kid }) => kid);
  return { path, rotate, kids };
}

test('the new key comes first, comments and mode stay', async () => {
  const { path, rotate, kids } = await setUp();
  const { kid } = await rotate(NOW_MS);
  expect(madeAtMs(kid)).toBe(NOW_MS);
  expect(kids()).toEqual([kid, 'first']);
  expect(readFileSync(path, 'utf8').split('\n')[0]).toBe('# kept');
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test('a key goes once the last token of it has run out everywhere, not before', async () => {
  const { rotate, kids } = await setUp();
  const { kid: second } = await rotate(NOW_MS);
  const overMs = NOW_MS + HOUR_MS + ROTATION_GRACE_MS;
  const { kid: third } = await rotate(overMs - 1);
  expect(kids()).toEqual([third, second, 'first']);
  const { kid: fourth, gone } = await rotate(overMs);
  expect(kids()).toEqual([fourth, third, second]);
  expect(gone).toEqual(['first']);
});

test('it refuses to drop a key that may be in use, to follow a link, and to mend a broken file', async () => {
  const { path, rotate, kids } = await setUp();
  for (let n = 1; n < KEYRING_KEYS_MAX; n++) await rotate(NOW_MS + n);
  await expect(rotate(NOW_MS + 100)).rejects.toThrow('may still be in use');
  expect(kids()).toHaveLength(KEYRING_KEYS_MAX);
  const link = `${path}.link`;
  await symlink(path, link);
  const options = { path: link, nowMs: NOW_MS, tokenTtlMs: HOUR_MS };
  await expect(rotateKeys(options)).rejects.toThrow('it is a link');
  writeFileSync(path, 'first short\n');
  await expect(rotate(NOW_MS)).rejects.toThrow('line 1');
  expect(readFileSync(path, 'utf8')).toBe('first short\n');
});

test('two at once are one and a refusal', async () => {
  const { rotate, kids } = await setUp();
  const results = await Promise.allSettled([rotate(NOW_MS), rotate(NOW_MS + 1)]);
  const made = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value.kid] : []));
  expect(
    kids()
      .slice(-1 - made.length)
      .toSorted(),
  ).toEqual(['first', ...made].toSorted());
  expect(made.length).toBeGreaterThanOrEqual(1);
});
