/** AWS Secrets Manager: one secret whose string is the document, asked with a signature of version 4. */
import type { Clock } from '@dashboard/runtime/clock';
import { readSecretFile } from '@dashboard/runtime/config';
import { AwsV4Signer } from 'aws4fetch';
import { Type } from 'typebox';
import { ask } from './ask.ts';
import type { AwsConfig } from './config.ts';
import { parseSecrets, SecretsUnreachable, type SecretsDocument } from './document.ts';

const Kept = Type.Object({ SecretString: Type.String() });
const SERVICE = 'secretsmanager';

/** @throws SecretsUnreachable */
export async function fetchFromAws(config: AwsConfig, clock: Clock): Promise<SecretsDocument> {
  const { endpoint, region, secretId, accessKeyId, secretAccessKeyFile } = config;
  const secret = readSecretFile(secretAccessKeyFile, 'AWS_SECRET_ACCESS_KEY_FILE');
  const body = JSON.stringify({ SecretId: secretId });
  const signer = new AwsV4Signer({
    ...{
      method: 'POST',
      url: `${endpoint.replace(/\/$/, '')}/`,
      region,
      service: SERVICE,
      accessKeyId,
    },
    secretAccessKey: secret.toString('utf8').trim(),
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.GetSecretValue',
    },
    body,
    datetime: new Date(clock.nowMs()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
  });
  const signed = await signer.sign();
  const kept = await ask({
    ...{ what: 'AWS Secrets Manager', url: signed.url.href, answer: Kept },
    request: { method: 'POST', headers: signed.headers, body },
    codeOf: codeOfRefusal,
  });
  try {
    return parseSecrets(JSON.parse(kept.SecretString));
  } catch (error) {
    if (error instanceof SecretsUnreachable) throw error;
    throw new SecretsUnreachable('AWS Secrets Manager has a secret that is no JSON');
  }
}

/** `ResourceNotFoundException`; the message beside it may quote what we sent. */
function codeOfRefusal(refusal: unknown): string | undefined {
  if (typeof refusal !== 'object' || refusal === null || !('__type' in refusal)) return undefined;
  return /[A-Za-z]{1,100}$/.exec(String(refusal.__type))?.[0];
}
