/** HashiCorp Vault, or OpenBao: a login by token, AppRole or the service account of a pod, and one document of KV version 2. */
import { readSecretFile } from '@dashboard/runtime/config';
import { Type } from 'typebox';
import { ask } from './ask.ts';
import type { VaultConfig } from './config.ts';
import { parseSecrets, type SecretsDocument } from './document.ts';

const Login = Type.Object({ auth: Type.Object({ client_token: Type.String({ minLength: 1 }) }) });
const Kept = Type.Object({ data: Type.Object({ data: Type.Unknown() }) });
const WHAT = 'Vault';

/** @throws SecretsUnreachable */
export async function fetchFromVault(config: VaultConfig): Promise<SecretsDocument> {
  const token = await logIn(config);
  const { data } = await ask({
    ...{ what: WHAT, url: `${config.address}/v1/${config.path}`, answer: Kept },
    request: { headers: headersOf(config, { 'x-vault-token': token }) },
  });
  return parseSecrets(data.data);
}

async function logIn(config: VaultConfig): Promise<string> {
  const { address, login } = config;
  if (login.by === 'token') return secretIn(login.tokenFile, 'VAULT_TOKEN_FILE');
  const body =
    login.by === 'approle'
      ? { role_id: login.roleId, secret_id: secretIn(login.secretIdFile, 'VAULT_SECRET_ID_FILE') }
      : { role: login.role, jwt: secretIn(login.tokenFile, 'VAULT_TOKEN_FILE') };
  const { auth } = await ask({
    ...{ what: `${WHAT}'s login`, url: `${address}/v1/auth/${login.by}/login`, answer: Login },
    request: {
      method: 'POST',
      headers: headersOf(config, { 'content-type': 'application/json' }),
      body: JSON.stringify(body),
    },
  });
  return auth.client_token;
}

function headersOf(
  { namespace }: VaultConfig,
  more: Record<string, string>,
): Record<string, string> {
  const ofNamespace = namespace === undefined ? {} : { 'x-vault-namespace': namespace };
  return { 'x-vault-request': 'true', ...ofNamespace, ...more };
}

function secretIn(path: string, variable: string): string {
  return readSecretFile(path, variable).toString('utf8').trim();
}
