/** The keys of push: made once, private, and never replaced in silence. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, test } from 'vitest';
import { openVapidKeys } from './vapid-keys.ts';

const fresh = async () => join(await temporaryDirectory(), 'push-keys.json');

test('are made at the first start, for the owner alone, and stay', async () => {
  const path = await fresh();
  const keys = openVapidKeys(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(openVapidKeys(path)).toEqual(keys);
});

test('that others can read, or that are damaged, stop the start in words', async () => {
  const path = await fresh();
  openVapidKeys(path);
  const text = readFileSync(path, 'utf8');
  chmodSync(path, 0o640);
  expect(() => openVapidKeys(path)).toThrow('chmod 600');
  chmodSync(path, 0o600);
  for (const damaged of ['', '{}', text.slice(0, 40)]) {
    writeFileSync(path, damaged);
    expect(() => openVapidKeys(path)).toThrow('restore it');
  }
});
