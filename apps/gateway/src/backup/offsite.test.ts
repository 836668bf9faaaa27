/** Off-site copies arrive, signed, and come back; the bucket's stand-in is held to the published examples. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBackupRecord, type BackupRecord } from '@dashboard/runtime/backup-record';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { setUpBackups } from '../../test/backup-fixture.ts';
import { CREDENTIALS, signatureOf, startStandIn } from '../../test/s3-stand-in.ts';
import { S3_RETRY_MS } from './limits.ts';
import { Offsite } from './offsite.ts';
import { S3 } from './s3.ts';
import { verifyBackup } from './verify.ts';

const HOUR_MS = 3_600_000;

async function setUp(credentials: { secretAccessKey: string } = CREDENTIALS) {
  const kept = await setUpBackups();
  const { clock } = kept;
  const bucket = await startStandIn(() => clock.nowMs());
  const { endpoint } = bucket;
  const where = { endpoint, bucket: 'backups', region: 'eu-central-1', clock };
  const offsite = new Offsite(new S3({ ...where, ...CREDENTIALS, ...credentials }), 'home/');
  return { ...kept, bucket, offsite, backups: kept.with({ offsite }) };
}

// The examples of "Signature Calculations for the Authorization Header" in the S3 reference.
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
test.each([
  ['/?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  ['/?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
])('the stand-in computes the published signature of GET %s', (target, signature) => {
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': '20130524T000000Z',
  };
  const signed = ['host', 'x-amz-content-sha256', 'x-amz-date'];
  const scope = '20130524/us-east-1/s3/aws4_request';
  expect(signatureOf({ method: 'GET', target, headers }, scope, signed)).toBe(signature);
});

test('a backup arrives as it is here, its manifest last, and comes back to another machine', async () => {
  const { backups, bucket, offsite, clock } = await setUp();
  const names: string[] = [];
  for (let n = 0; n < 3; n++) {
    const { made, record } = await backups.make();
    expect(record).toMatchObject({ isOk: true, offsite: 'ok' });
    names.push(made.name);
    clock.advance(HOUR_MS); // of one hour only the newest stays here
  }
  expect(bucket.seen.slice(0, 3).map((line) => line.split('/').at(-1))).toEqual([
    'gateway.db.gz',
    'sessions.db.gz',
    'manifest.json',
  ]);
  expect(await offsite.names()).toEqual(names);
  const elsewhere = await temporaryDirectory();
  const name = names[1] ?? '';
  await offsite.fetch(name, elsewhere);
  const [back, here] = [join(elsewhere, name), join(backups.directory, name)];
  for (const file of ['gateway.db.gz', 'sessions.db.gz', 'manifest.json']) {
    expect(readFileSync(join(back, file)).equals(readFileSync(join(here, file)))).toBe(true);
  }
  await verifyBackup({ directory: back, scratch: elsewhere, identity: undefined });
});

test('what was changed in the bucket is not taken', async () => {
  const { backups, bucket, offsite } = await setUp();
  const { made } = await backups.make();
  const key = `backups/home/${made.name}/gateway.db.gz`;
  const bytes = Buffer.from(bucket.objects.get(key) ?? '');
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  bucket.objects.set(key, bytes);
  const elsewhere = await temporaryDirectory();
  await expect(offsite.fetch(made.name, elsewhere)).rejects.toThrow('is corrupt');
  await expect(offsite.fetch('../../etc', elsewhere)).rejects.toThrow('names no backup');
});

test('a wrong key is refused, not tried again, and the backup here stays', async () => {
  const { backups, bucket } = await setUp({ secretAccessKey: 'another' });
  const { made, record } = await backups.make();
  expect(record).toMatchObject({ isOk: false, offsite: 'failed', name: made.name });
  expect(record.error).toContain('SignatureDoesNotMatch');
  expect(record.error).not.toContain('another');
  expect(bucket.seen).toHaveLength(1);
  expect(await readBackupRecord(backups.directory)).toEqual(record);
});

test('a bucket that stumbles is asked again', async () => {
  const { backups, bucket, clock } = await setUp();
  bucket.failing.push(503, 500);
  let record: BackupRecord | undefined;
  const making = backups.make().then((outcome) => (record = outcome.record));
  const isOver = (): boolean => {
    clock.advance(S3_RETRY_MS);
    return record !== undefined;
  };
  await Promise.race([until(isOver, { what: 'it has arrived' }), making]);
  expect(await making).toMatchObject({ isOk: true, offsite: 'ok' });
  expect(bucket.failing).toEqual([]);
});
